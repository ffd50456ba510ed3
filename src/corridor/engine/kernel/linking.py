"""How numba compiles a step as a part of the kernel: its code is optimised once, where all parts are linked.

By itself numba optimises each function together with everything that it calls, and translates the whole to machine
code, so that a step deep down is worked on once for each step above it. Only the loop over the days is called from
Python, so that steps need neither: here their code waits until the loop is linked. There they are internal, so that
the compiler drops arguments that a step does not use, and copies in place whatever is called from one spot.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.np import arrayobj

if TYPE_CHECKING:
    from collections.abc import Iterator


class _NoEngine:
    """Stands for numba's code generator where code is not loaded: there is no environment to set."""

    def set_env(self, env_name: str, env: object) -> None:
        """Set nothing: steps use no Python objects."""


class PartLibrary(JITCodeLibrary):
    """The code of a step as it was written: neither linked, nor optimised, nor loaded."""

    codegen = _NoEngine()

    def finalize(self) -> None:
        """Leave the code as it is."""
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - numba's own interface
        """Return no address: nobody calls a step but the kernel."""
        return 0

    def _get_module_for_linking(self) -> Any:  # noqa: ANN401 - numba's own types
        return self._final_module


class KernelLibrary(JITCodeLibrary):
    """The code of the kernel, with that of every step."""

    def finalize(self) -> None:
        """Link all steps, once each, and optimise and load the whole."""
        own = {function.name for function in self._final_module.functions}
        part: Any  # numba is untyped
        for part in _parts(self):
            self._final_module.link_in(part._get_module_for_linking(), preserve=True)  # noqa: SLF001
        for function in self._final_module.functions:
            if not function.is_declaration and function.name not in own:
                function.linkage = "internal"
        self._linking_libraries.clear()
        super().finalize()  # type: ignore[no-untyped-call] # numba is untyped


def _parts(library: JITCodeLibrary) -> list[JITCodeLibrary]:
    """Return the code that a library calls, directly or not, each once: steps first, as they are never left out."""
    parts: dict[JITCodeLibrary, None] = {}
    waiting = list(library._linking_libraries)  # noqa: SLF001 - numba offers no other way
    while waiting:
        part = waiting.pop()
        if part not in parts:
            parts[part] = None
            if isinstance(part, PartLibrary):
                waiting += part._linking_libraries  # noqa: SLF001
    return sorted(parts, key=lambda part: not isinstance(part, PartLibrary))


def _with_library(kind: type[JITCodeLibrary]) -> type[Compiler]:
    """Return a compiler whose code goes into a library of a kind."""

    class WithLibrary(Compiler):
        def define_pipelines(self) -> Any:  # noqa: ANN401 - numba's own types
            state = self.state
            state.library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
            state.library.enable_object_caching()
            return super().define_pipelines()  # type: ignore[no-untyped-call] # numba is untyped

        def _compile_core(self) -> Any:  # noqa: ANN401 - numba's own types
            with _counting_from_the_front():
                return super()._compile_core()  # type: ignore[no-untyped-call] # numba is untyped

    return WithLibrary


def _as_it_is(context: Any, builder: Any, kind: Any, index: Any, _: Any) -> Any:  # noqa: ANN401 - numba's own types
    return context.cast(builder, index, kind, types.intp)


@contextmanager
def _counting_from_the_front() -> Iterator[None]:
    """Compile no index so that it may count from the end of an array: steps have none; numba's lock is held."""
    usual = arrayobj.fix_integer_index
    arrayobj.fix_integer_index = _as_it_is
    try:
        yield
    finally:
        arrayobj.fix_integer_index = usual


StepCompiler, KernelCompiler = _with_library(PartLibrary), _with_library(KernelLibrary)
