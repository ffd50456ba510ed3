"""A wheel holds the built page: where it has not been built, it is built now, if there is a Node to do it with."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):
    """Builds the page before a wheel is packed; an editable install takes what `make page` builds later."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch decides the signature
        """Build the page, or say that it is left out."""
        root = Path(self.root)
        if version == "editable" or (root / "src/corridor/serve/static/index.html").is_file():
            return
        tool = runpy.run_path(str(root / "tools" / "build_page.py"))
        try:
            tool["build"]()
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"{error}. This wheel holds no page: corridor serve will say so.")
