"""What the expressions of generated modules call."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Value = TypeVar("_Value")


def item(values: Sequence[_Value], index: int) -> _Value:
    """`values[index]`; a negative index is out of range and does not count from the end."""
    if index < 0:
        raise IndexError(index)
    return values[index]


def bit(bitmap: int, index: int) -> bool:
    """Bit `index` of a bitmap; a negative index is out of range."""
    if index < 0:
        raise IndexError(index)
    return bitmap >> index & 1 != 0


def bits(bitmap: int, count: int) -> Iterator[bool]:
    """The bits of a bitmap, from the first on."""
    return (bitmap >> index & 1 != 0 for index in range(count))


def or_default(value: _Value | None, default: _Value) -> _Value:
    """A value that may be absent, as expressions read it."""
    return default if value is None else value
