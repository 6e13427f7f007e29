"""Whether a description's JSON is as QEMU writes it (migration/savevm.c, migration/vmstate.c).

It is checked once, where it enters: what reads it later relies on these types and bounds. Of keys
that QEMU does not write nothing is asked.
"""

from collections.abc import Callable
from typing import Any

_MOST_LEVELS = 256  # of objects and lists; a real description has less than 20
_LONGEST_NAME = 65_535  # bytes
_MOST = (1 << 32) - 1


class BadDescription(ValueError):
    """What is wrong, with its path in the JSON."""


def check_vmdesc(value: dict[str, Any]) -> None:
    """Raise BadDescription for the first value that QEMU cannot have written."""
    waiting: list[tuple[str, object, int]] = [("", value, 0)]
    while waiting:
        path, item, depth = waiting.pop()
        if depth > _MOST_LEVELS:
            raise BadDescription(f"it is nested more than {_MOST_LEVELS} levels deep")
        if isinstance(item, dict):
            for key, inner in item.items():
                place = f"{path}.{key}" if path else key
                if (check := _CHECKS.get(key)) is not None and (fault := check(inner)) is not None:
                    raise BadDescription(f"`{place}`: {fault}")
                if isinstance(inner, dict | list):
                    waiting.append((place, inner, depth + 1))
        elif isinstance(item, list):
            for index, inner in enumerate(item):
                place = f"{path}[{index}]"
                if not isinstance(inner, dict):
                    raise BadDescription(f"`{place}`: expected an object, found {_name(inner)}")
                waiting.append((place, inner, depth + 1))


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
