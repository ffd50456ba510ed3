"""How steps are compiled, and where the compiled kernel is stored.

Only the loop over the days is called from Python. It alone gets a wrapper, which takes as long to compile as the
steps themselves, and it alone is stored: it contains every step that it calls. The folder is named by a hash of
the sources of all kernels, because a change in a step that is only called must not leave an old kernel in use.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import shutil
from functools import cache as cached
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache

from corridor.cache import cache_folder
from corridor.engine.kernel.linking import KernelCompiler, StepCompiler

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDERS = 8
"""Stored kernels of so many versions stay; the versions unused for longest are removed."""

_OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
"""A step allocates nothing, so that no reference is counted; it divides by no zero, so that none is checked for."""
_PART: dict[str, Any] = {
    **_OPTIONS,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "pipeline_class": StepCompiler,
}
_WHOLE: dict[str, Any] = {**_OPTIONS, "_nrt": True, "pipeline_class": KernelCompiler}
"""Called from Python, it takes references to what it is given, and must give them back."""

step = njit(**_PART)
"""Decorator of a step: compiled as part of the kernel. Python must not call it: it has no wrapper, and that crashes."""

inlined = njit(**_PART, forceinline=True)
"""Decorator of a step that runs for every position: compiled in place wherever it is called."""


def kernel(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function that Python calls, compiled and stored on disk."""
    dispatcher: Any = njit(**_WHOLE)(function)
    if hasattr(dispatcher, "py_func"):  # not where compiling is switched off
        folder = kernel_folder()
        if folder is not None:
            cache: Any = _KernelCache
            dispatcher._cache = cache(function)  # noqa: SLF001 - numba's own option stores by file and line only
    return dispatcher  # type: ignore[no-any-return] # numba is untyped


@cached
def source_hash() -> str:
    """Return a hash of the sources of all kernels and of the compiler's version."""
    own = Path(__file__).parent
    sources = [own.parent / "program.py", *sorted(own.glob("*.py"))]
    content = b"".join(path.read_bytes() for path in sources) + version("numba").encode()
    return hashlib.sha256(content).hexdigest()[:16]


@cached
def kernel_folder() -> Path | None:
    """Return the folder of the stored kernel; None where no folder of the user's own can be written."""
    folder = cache_folder(f"kernels-{source_hash()}")
    if folder is not None:
        remove_old(folder.parent, folder)
    return folder


def remove_old(root: Path, current: Path) -> None:
    """Remove the stored kernels of other versions, but for those used last."""
    try:
        folders = [(path.stat().st_mtime, path) for path in root.glob("kernels-*") if path != current]
    except OSError:
        return  # another process has removed one meanwhile
    for _, path in sorted(folders, reverse=True)[FOLDERS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


class _Locator:
    """Where numba stores the kernel: the interface of its cache locators."""

    def __init__(self, function: Callable[..., None], path: str) -> None:
        self._name, self._py_file = function.__qualname__, path

    @classmethod
    def from_function(cls, function: Callable[..., None], path: str) -> _Locator | None:
        return cls(function, path)

    def ensure_cache_path(self) -> None:
        Path(self.get_cache_path()).mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(kernel_folder())

    def get_source_stamp(self) -> str:
        return source_hash()

    def get_disambiguator(self) -> str:
        return self._name


class _KernelCacheImpl(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012 - as numba has it


class _KernelCache(FunctionCache):
    """A cache whose faults cost a compilation, not the run."""

    _impl_class = _KernelCacheImpl

    def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401 - numba's own types
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call] # numba is untyped
        except (OSError, EOFError, pickle.UnpicklingError):
            with contextlib.suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call] # numba is untyped  # a damaged file: begin anew
            return None

    def save_overload(self, sig: Any, data: Any) -> None:  # noqa: ANN401 - numba's own types
        with contextlib.suppress(OSError):  # a full disk, or a folder that was removed meanwhile
            super().save_overload(sig, data)  # type: ignore[no-untyped-call] # numba is untyped
