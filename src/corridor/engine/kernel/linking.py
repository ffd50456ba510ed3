"""How numba compiles a step as a part of the kernel: its code is optimised once, where all parts are linked.

By itself numba optimises each function together with everything that it calls, and translates the whole to machine
code, so that a step deep down is worked on once for each step above it. Only the loop over the days is called from
Python, so that steps need neither: here their code waits until the loop is linked. There they are internal, so that
the compiler drops arguments that a step does not use, and copies in place whatever is called from one spot.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.types.functions import BaseFunction
from numba.np import arrayobj

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _NoEngine:
    """Stands for numba's code generator where code is not loaded: there is no environment to set."""

    def set_env(self, env_name: str, env: object) -> None:
        """Set nothing: steps use no Python objects."""


class PartLibrary(JITCodeLibrary):
    """The code of a step as it was written: neither linked, nor optimised, nor loaded."""

    codegen = _NoEngine()

    def _optimize_functions(self, ll_module: object) -> None:
        """Leave the code as it is."""

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

    def _optimize_final_module(self) -> None:
        """Optimise the whole once; vectors gain nothing here, and there are no reference counts to be pruned."""
        codegen: Any = self._codegen  # numba is untyped
        passes, builder = codegen._module_pass_manager(opt=2, loop_vectorize=False, slp_vectorize=False)  # noqa: SLF001
        passes.run(self._final_module, builder)


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


_NEEDLESS = frozenset(
    {
        *("WithLift", "InlineInlinables", "InlineOverloads", "RewriteSemanticConstants", "DeadBranchPrune"),
        *("RewriteDynamicRaises", "MakeFunctionToJitFunction", "FindLiterallyCalls", "LiteralUnroll"),
        *("LiteralPropagationSubPipelinePass", "NopythonRewrites", "AnnotateTypes"),
        "NoPythonSupportedFeatureValidation",
    }
)
"""Passes of numba for what steps do not have, as literals, closures and expressions of whole arrays, and for errors."""


def _with_library(kind: type[JITCodeLibrary]) -> type[Compiler]:
    """Return a compiler whose code goes into a library of a kind."""

    class WithLibrary(Compiler):
        def define_pipelines(self) -> Any:  # noqa: ANN401 - numba's own types
            state = self.state
            state.library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
            state.library.enable_object_caching()
            pipelines: Any = super().define_pipelines()  # type: ignore[no-untyped-call] # numba is untyped
            for pipeline in pipelines:
                pipeline.passes = [one for one in pipeline.passes if one[0].__name__ not in _NEEDLESS]
                pipeline._finalized = False  # noqa: SLF001 - so that it takes other passes
                pipeline.finalize()
            return pipelines

    return WithLibrary


StepCompiler = _with_library(PartLibrary)


class KernelCompiler(_with_library(KernelLibrary)):  # type: ignore[misc] # a class that is made
    """Compiles the kernel, and with it every step that it calls."""

    def _compile_core(self) -> Any:  # noqa: ANN401 - numba's own types
        """Compile with indices as they are, each call worked out once for its types, and no search for garbage."""
        once = _once_for_each(BaseFunction.get_call_type)
        with (
            _replaced(arrayobj, "fix_integer_index", _as_it_is),
            _replaced(BaseFunction, "get_call_type", once),
            _without_collector(),
        ):
            return super()._compile_core()


def _as_it_is(context: Any, builder: Any, kind: Any, index: Any, _: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Return an index that does not count from the end of an array where it is negative: no step has such."""
    return context.cast(builder, index, kind, types.intp)


def _once_for_each(work_out: Callable[..., Any]) -> Callable[..., Any]:
    """Return what gives the kinds of numbers that a function takes and returns, worked out once for its arguments."""
    known: dict[Any, Any] = {}

    def call_type(function: Any, context: Any, args: Any, kws: Any) -> Any:  # noqa: ANN401 - numba's own types
        key = (function, tuple(args), tuple(kws.items()))
        if key not in known:
            known[key] = work_out(function, context, args, kws)
        return known[key]

    return call_type


@contextmanager
def _replaced(owner: object, name: str, other: object) -> Iterator[None]:
    """Replace a part of numba while the kernel is compiled; numba's lock is held."""
    usual = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, usual)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Look for no garbage meanwhile: there is little, among millions of things that stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
