"""What happens: a scenario compiled to arrays, and the days simulated on them.

Compiled kernels are kept in a folder named by a hash of their sources: the cache would otherwise
serve a stale kernel when only a function that it calls has changed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def _cache_folder() -> Path:
    here = Path(__file__).parent
    sources = [here / "program.py", *sorted((here / "kernel").glob("*.py"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    home = os.environ.get("XDG_CACHE_HOME")
    root = Path(home) if home else Path.home() / ".cache"
    folder = root / "corridor" / f"kernels-{digest}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"corridor-kernels-{digest}"
    return folder


os.environ.setdefault("NUMBA_CACHE_DIR", str(_cache_folder()))
