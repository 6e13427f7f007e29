"""From the records of a stage to text that people can read and compare."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from vmsdl.source import SourceFile, Span


def format_record(value: object, indent: str = "") -> list[str]:
    """A record as its name and its fields, one a line; places and what is empty are left out."""
    inner = indent + "  "
    if is_dataclass(value) and not isinstance(value, type):
        parts = [
            (field.name, getattr(value, field.name))
            for field in fields(value)
            if not field.name.startswith("_")
        ]
        parts = [(name, part) for name, part in parts if not _is_silent(part)]
        out = [type(value).__name__]
        for name, part in parts:
            first, *rest = format_record(part, inner)
            out += [f"{inner}{name}: {first}".rstrip(), *rest]
        return out
    if isinstance(value, Mapping):
        out = ["{}"] if not value else [""]
        for name, part in value.items():
            first, *rest = format_record(part, inner)
            out += [f"{inner}{name}: {first}".rstrip(), *rest]
        return out
    if isinstance(value, tuple | list):
        out = [""]
        for part in value:
            first, *rest = format_record(part, inner)
            out += [f"{inner}- {first}".rstrip(), *rest]
        return out
    return [value.name if isinstance(value, Enum) else repr(value)]


def _is_silent(value: object) -> bool:
    return isinstance(value, Span | SourceFile) or value is None or value in ("", (), False)
