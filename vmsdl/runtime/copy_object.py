"""Copies of objects: nothing shared with what they were made from."""

from array import array
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from vmsdl.runtime.build_codec import LAYOUT


def copy_object(o: Any, memo: dict[int, Any]) -> Any:
    """The same class and attributes, those that a user's subclass added too; no `__init__` runs."""
    new = object.__new__(type(o))
    memo[id(o)] = new
    for name, value in attributes(o):
        object.__setattr__(new, name, copy_value(value, memo))
    return new


def attributes(o: Any) -> Iterator[tuple[str, Any]]:
    state: Any = object.__getstate__(o)
    for part in (
        state if isinstance(state, tuple) else (state,)
    ):  # pyright: ignore[reportUnknownVariableType]
        known: dict[str, Any] = part or {}
        yield from known.items()


def copy_value(value: Any, memo: dict[int, Any]) -> Any:
    cls: type[Any] = type(value)
    if isinstance(value, (int, float, bytes, str)) or value is None:
        return value
    if cls is list:
        return [copy_value(item, memo) for item in value]
    if cls is array:
        return value[:]
    if cls is dict:
        return {copy_value(key, memo): copy_value(item, memo) for key, item in value.items()}
    if cls is tuple:
        return tuple(copy_value(item, memo) for item in value)
    if cls is memoryview:
        return bytes(value)
    if hasattr(cls, LAYOUT) and id(value) not in memo:
        return copy_object(value, memo)
    return deepcopy(value, memo)
