"""From any JSON to the entries of a -dump-vmstate, checked; DumpError says what is wrong."""

from collections.abc import Mapping
from typing import Any

MACHINE_KEY = "vmschkmachine"


class DumpError(ValueError):
    """A file that is not a -dump-vmstate JSON; the message says where and why."""


def read_dump_entries(document: object) -> dict[str, dict[str, Any]]:
    if not isinstance(document, dict) or MACHINE_KEY not in document:
        raise DumpError(f'not a -dump-vmstate file: missing "{MACHINE_KEY}"')
    for name, entry in document.items():
        if name == MACHINE_KEY:
            _check_object(entry, name, {"Name": str})
        else:
            _check_object(entry, name, {"Name": str, "version_id": int, "minimum_version_id": int})
            _check_description(entry.get("Description"), name, 0)
    return document


def _check_description(description: object, path: str, depth: int) -> None:
    if depth > 64:
        raise DumpError(f"{path}: descriptions are nested more than 64 levels deep")
    record = _check_object(
        description, path, {"name": str, "version_id": int, "minimum_version_id": int}
    )
    path = f"{path}: {record['name']}"
    for entry in _read_list(record, "Fields", path):
        item = _check_object(
            entry, path, {"field": str, "version_id": int, "field_exists": bool, "size": int}
        )
        if item["size"] < 0 or item["version_id"] < 0 or item.get("num", 0) < 0:
            raise DumpError(f'{path}: field "{item["field"]}" has a negative number')
        if "Description" in item:
            _check_description(item["Description"], f"{path}.{item['field']}", depth + 1)
    for subsection in _read_list(record, "Subsections", path):
        _check_description(subsection, path, depth + 1)


def _check_object(value: object, path: str, keys: Mapping[str, type]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DumpError(f"{path}: expected an object")
    for key, kind in keys.items():
        if type(value.get(key)) is not kind:
            raise DumpError(f'{path}: "{key}" is missing or not of type {kind.__name__}')
    return value


def _read_list(record: Mapping[str, Any], key: str, path: str) -> list[Any]:
    value = record.get(key, [])
    if not isinstance(value, list):
        raise DumpError(f'{path}: "{key}" is not a list')
    return value
