"""What the expressions of generated modules call: items that never count from the end."""

from collections.abc import Sequence
from typing import TypeVar

_Value = TypeVar("_Value")


def item(values: Sequence[_Value], index: int) -> _Value:
    """`values[index]`; a negative index is out of range, as any other that is not there."""
    if index < 0:
        raise IndexError(index)
    return values[index]


def bit(bitmap: int, index: int) -> bool:
    if index < 0:
        raise IndexError(index)
    return bitmap >> index & 1 != 0


def given(value: _Value | None, default: _Value) -> _Value:
    """What is there, or what it reads as where it is not."""
    return default if value is None else value
