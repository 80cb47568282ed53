"""Values are what frozen dataclasses are."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest
from pydantic import TypeAdapter

from agente_hotelero.model.values import value


@value
class Fast:
    a: int
    b: str = "x"
    c: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    a: int
    b: str = "x"
    c: int | None = field(default=None, compare=False)


def test_a_value_is_made_shown_compared_and_hashed_as_a_frozen_dataclass() -> None:
    for cls in (Fast, Usual):
        made = cls(a=1, c=3)
        assert (made.a, made.b, made.c) == (1, "x", 3)
        assert repr(made).endswith("(a=1, b='x', c=3)")
        assert made == cls(a=1, b="x", c=4) != cls(a=2)
        assert hash(made) == hash(cls(a=1))
        assert replace(made, a=2) == cls(a=2)
        assert not hasattr(made, "__dict__")


def test_a_value_refuses_to_be_changed() -> None:
    made = Fast(a=1)
    with pytest.raises(FrozenInstanceError):
        made.a = 2  # type: ignore[misc]  # what must not work
    with pytest.raises(FrozenInstanceError):
        del made.a


def test_what_is_missing_or_too_much_is_named() -> None:
    with pytest.raises(TypeError, match="'a'"):
        Fast()  # type: ignore[call-arg]  # what must not work
    with pytest.raises(TypeError, match="'d'"):
        Fast(a=1, d=2)  # type: ignore[call-arg]  # as above
    with pytest.raises(TypeError, match="positional"):
        Fast(1)  # type: ignore[call-arg]  # as above


def test_a_factory_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match=r"Broken\.d: "):

        @value
        class Broken:
            d: list[int] = field(default_factory=list)


def test_a_value_reads_back_from_json_as_any_dataclass() -> None:
    assert TypeAdapter(Fast).validate_json('{"a": 1, "b": "y"}') == Fast(a=1, b="y")
