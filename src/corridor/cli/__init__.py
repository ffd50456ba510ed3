"""The command line: it parses arguments, calls the verbs of runs and prints their results."""

from __future__ import annotations

from corridor.cli.app import main

__all__ = ["main"]
