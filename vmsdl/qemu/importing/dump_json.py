"""From any JSON to the entries of a -dump-vmstate, checked; DumpError says what is wrong."""

from collections.abc import Mapping
from typing import Any

MACHINE_KEY = "vmschkmachine"


class DumpError(ValueError):
    """A file that is not a -dump-vmstate JSON; the message says where and why."""


_MOST = (1 << 31) - 1  # of sizes, counts and versions: QEMU has them in an int
_LONGEST_NAME = 255  # bytes: what a length of one byte can say


def read_dump_entries(document: object) -> dict[str, dict[str, Any]]:
    if not isinstance(document, dict) or MACHINE_KEY not in document:
        raise DumpError(f'not a -dump-vmstate file: missing "{MACHINE_KEY}"')
    for name, entry in document.items():
        if name == MACHINE_KEY:
            _check_object(entry, name, {"Name": str})
        else:
            _check_text(name, "the dump")
            _check_versions(_check_object(entry, name, {"Name": str, **_VERSIONS}), name)
            _check_description(entry.get("Description"), name, 0)
    return document


_VERSIONS: dict[str, type] = {"version_id": int, "minimum_version_id": int}
_FIELD: dict[str, type] = {"field": str, "version_id": int, "field_exists": bool, "size": int}


def _check_description(description: object, path: str, depth: int) -> None:
    if depth > 64:
        raise DumpError(f"{path}: descriptions are nested more than 64 levels deep")
    record = _check_object(description, path, {"name": str, **_VERSIONS})
    path = f"{path}: {record['name']}"
    _check_versions(record, path)
    for entry in _read_list(record, "Fields", path):
        item = _check_object(
            entry,
            path,
            _FIELD | ({"num": int} if isinstance(entry, dict) and "num" in entry else {}),
        )
        if "Description" in item:
            _check_description(item["Description"], f"{path}.{item['field']}", depth + 1)
    for subsection in _read_list(record, "Subsections", path):
        _check_description(subsection, path, depth + 1)


def _check_versions(record: Mapping[str, Any], path: str) -> None:
    if record["minimum_version_id"] > record["version_id"]:
        raise DumpError(f'{path}: "minimum_version_id" is above "version_id"')


def _check_object(value: object, path: str, keys: Mapping[str, type]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DumpError(f"{path}: expected an object")
    for key, kind in keys.items():
        found = value.get(key)
        if type(found) is not kind:
            raise DumpError(f'{path}: "{key}" is missing or not of type {kind.__name__}')
        if isinstance(found, str):
            _check_text(found, f'{path}: "{key}"')
        elif isinstance(found, int) and not 0 <= found <= _MOST:
            raise DumpError(f'{path}: "{key}" is not a number from 0 to {_MOST}')
    return value


def _check_text(text: str, path: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise DumpError(f"{path}: a name has half of a surrogate pair") from None
    if size > _LONGEST_NAME:
        raise DumpError(f"{path}: a name is longer than {_LONGEST_NAME} bytes")


def _read_list(record: Mapping[str, Any], key: str, path: str) -> list[Any]:
    value = record.get(key, [])
    if not isinstance(value, list):
        raise DumpError(f'{path}: "{key}" is not a list')
    return value
