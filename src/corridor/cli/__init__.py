"""The command line: it parses what was asked, calls the verbs, and says what came out."""

from __future__ import annotations

from corridor.cli.app import main

__all__ = ["main"]
