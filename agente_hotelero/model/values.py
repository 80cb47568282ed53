"""Frozen dataclasses that are made quickly: a message makes dozens on its way.

The standard library's set each field through `object.__setattr__`, which finds the field anew each time. These call the
slots' own setters: the same class, which refuses to be changed all the same, in two thirds of the time.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a frozen dataclass with slots, whose fields are given by name; it has no `__post_init__`."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    made.__init__ = _maker(made)  # type: ignore[method-assign]  # the point of it
    return made


def _maker(cls: type) -> Callable[..., None]:
    names: dict[str, Any] = {}
    parameters, body = [], []
    for one in fields(cls):
        names[f"set_{one.name}"] = getattr(cls, one.name).__set__
        names[f"default_{one.name}"] = one.default
        parameters.append(one.name if one.default is MISSING else f"{one.name}=default_{one.name}")
        body.append(f" set_{one.name}(self, {one.name})")
        if one.default_factory is not MISSING:
            raise TypeError(f"{cls.__name__}.{one.name}: a value is made of what it is given, not by a factory")
    source = f"def __init__(self, *, {', '.join(parameters)}):\n" + "\n".join(body)
    exec(source, names)  # noqa: S102 - as dataclasses itself does: names of our own fields, at import
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init
