"""Whether a description's JSON is as QEMU writes it (migration/savevm.c, migration/vmstate.c).

It is checked once, where it enters: what reads it later relies on these types and bounds. Of keys
that QEMU does not write nothing is asked.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

_MOST_LEVELS = 256  # of objects and lists; a real description has less than 20
_LONGEST_NAME = 65_535  # bytes
_MOST = (1 << 32) - 1
_LONGEST_SHOWN = 60  # characters of a key


class BadDescription(ValueError):
    """What is wrong, with its path in the JSON."""


# Where a value is: its key or index, in what. It is put into words for an error alone: the keys of
# a hostile description are long.
_Place: TypeAlias = "tuple[_Place, str | int] | None"


def check_vmdesc(value: dict[str, Any]) -> None:
    """Raise BadDescription for the first value that QEMU cannot have written."""
    waiting: list[tuple[_Place, object, int]] = [(None, value, 0)]
    while waiting:
        place, item, depth = waiting.pop()
        if depth > _MOST_LEVELS:
            raise BadDescription(f"it is nested more than {_MOST_LEVELS} levels deep")
        if isinstance(item, dict):
            for key, inner in item.items():
                if (check := _CHECKS.get(key)) is not None and (fault := check(inner)) is not None:
                    raise BadDescription(f"`{_describe((place, key))}`: {fault}")
                if isinstance(inner, dict | list):
                    waiting.append(((place, key), inner, depth + 1))
        elif isinstance(item, list):
            for index, inner in enumerate(item):
                if not isinstance(inner, dict):
                    where = _describe((place, index))
                    raise BadDescription(f"`{where}`: expected an object, found {_name(inner)}")
                waiting.append(((place, index), inner, depth + 1))


def _describe(place: _Place) -> str:
    parts: list[str] = []
    while place is not None:
        place, key = place
        if isinstance(key, int):
            parts.append(f"[{key}]")
        else:
            shown = key if key.isascii() and key.isprintable() else ascii(key)
            parts.append(f".{shown[:_LONGEST_SHOWN]}")
    return "".join(reversed(parts)).removeprefix(".")


def _check_number(value: object) -> str | None:
    if type(value) is not int:
        return f"expected a number, found {_name(value)}"
    return None if 0 <= value <= _MOST else f"expected a number from 0 to {_MOST}"


def _check_text(value: object) -> str | None:
    if not isinstance(value, str):
        return f"expected text, found {_name(value)}"
    try:
        data = value.encode()
    except UnicodeEncodeError:
        return "the text has half of a surrogate pair"
    return None if len(data) <= _LONGEST_NAME else f"the text is longer than {_LONGEST_NAME} bytes"


def _check_list(value: object) -> str | None:
    return None if isinstance(value, list) else f"expected a list, found {_name(value)}"


def _check_object(value: object) -> str | None:
    return None if isinstance(value, dict) else f"expected an object, found {_name(value)}"


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "devices": _check_list,
    "configuration": _check_object,
    "page_size": _check_number,
    "name": _check_text,
    "vmsd_name": _check_text,
    "type": _check_text,
    "instance_id": _check_number,
    "version": _check_number,
    "size": _check_number,
    "array_len": _check_number,
    "index": _check_number,
    "fields": _check_list,
    "subsections": _check_list,
    "struct": _check_object,
}
_NAMES = {type(None): "null", bool: "a truth value", str: "text", dict: "an object", list: "a list"}


def _name(value: object) -> str:
    return _NAMES.get(type(value), "a number")
