"""The state of a simulation in compiled code: held in one spot, and passed from step to step as its address.

numba passes a NamedTuple by value, as several hundred arguments, one for each pointer, length and stride of each
array. Unpacking them at each step takes the compiler longer than all that steps do. Where a step reads an array of a
held state, it is loaded; as it is known not to change, the compiler loads it no more often than it has to.
"""

# numba is untyped.
# mypy: disable-error-code="attr-defined, misc, name-defined, override, untyped-decorator, no-untyped-call"

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, lower_builtin, lower_getattr_generic, register_model, type_callable

State = TypeVar("State")


def held(state: State) -> State:
    """Return a state as steps take it: as it is, and in compiled code its address."""
    return state


class Held(types.Type):
    """The type of the address of a NamedTuple, whose parts that are NamedTuples are held, too."""

    def __init__(self, parts: Any) -> None:  # noqa: ANN401 - numba's own types
        self.whole = parts
        self.fields = {
            name: Held(part) if isinstance(part, types.BaseNamedTuple) else part
            for name, part in zip(parts.fields, parts.types, strict=True)
        }
        digest = hashlib.sha256(str(parts).encode()).hexdigest()[:16]
        super().__init__(name=f"{parts.instance_class.__name__}.{digest}")  # a short name: it is compared all the time


@register_model(Held)
class _HeldModel(models.PrimitiveModel):
    def __init__(self, manager: Any, held_type: Held) -> None:  # noqa: ANN401 - numba's own types
        whole = manager.lookup(held_type.whole).get_value_type()
        super().__init__(manager, held_type, whole.as_pointer())


@type_callable(held)
def _type_of_held(_: Any) -> Any:  # noqa: ANN401 - numba's own interface
    def typer(state: Any) -> Held:  # noqa: ANN401
        return Held(state)

    return typer


@lower_builtin(held, types.BaseNamedTuple)
def _hold(_: Any, builder: Any, __: Any, arguments: Any) -> Any:  # noqa: ANN401 - numba's own interface
    return cgutils.alloca_once_value(builder, arguments[0])


@infer_getattr
class _HeldAttribute(AttributeTemplate):
    key = Held

    def generic_resolve(self, state: Held, name: str) -> Any:  # noqa: ANN401 - numba's own types
        return state.fields.get(name)


@lower_getattr_generic(Held)
def _part(context: Any, builder: Any, state: Held, address: Any, name: str) -> Any:  # noqa: ANN401 - numba's own interface
    part = cgutils.gep_inbounds(builder, address, 0, list(state.fields).index(name))
    kind = state.fields[name]
    if isinstance(kind, Held):
        return part
    return _array(context, builder, kind, part) if isinstance(kind, types.Array) else _load(builder, part)


def _array(context: Any, builder: Any, kind: Any, address: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Return an array at an address; its strides follow from its shape, as it is contiguous: the last is known."""
    assert kind.layout == "C", "contiguous arrays"
    model = context.data_model_manager[kind]
    whole = ir.Constant(model.get_value_type(), None)
    place = {name: model.get_field_position(name) for name in ("nitems", "itemsize", "data", "shape", "strides")}
    for name in ("nitems", "data", "shape"):
        value = _load(builder, cgutils.gep_inbounds(builder, address, 0, place[name]))
        whole = builder.insert_value(whole, value, place[name])
    size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    whole = builder.insert_value(whole, size, place["itemsize"])
    stride = size
    for axis in reversed(range(kind.ndim)):
        whole = builder.insert_value(whole, stride, (place["strides"], axis))
        stride = builder.mul(stride, builder.extract_value(whole, (place["shape"], axis)))
    return whole


def _load(builder: Any, address: Any) -> Any:  # noqa: ANN401 - llvmlite is untyped
    """Return what is at an address, loaded number by number, each known not to change."""
    kind = address.type.pointee
    if not isinstance(kind, ir.Aggregate):
        number = builder.load(address)
        number.set_metadata("invariant.load", builder.module.add_metadata([]))
        return number
    whole = ir.Constant(kind, ir.Undefined)
    for i in range(len(kind)):
        whole = builder.insert_value(whole, _load(builder, cgutils.gep_inbounds(builder, address, 0, i)), i)
    return whole
