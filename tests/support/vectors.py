r"""From a file of conformance/wire to vectors: a schema, named values, the bytes they stand for.

A file is a comment, then records. Every record begins with `schema:` or `case:`; a case belongs to
the last schema above it. Lines `key: text` go on in the indented lines that follow. Keys:

    schema:     the text of a .vmsd file
    unchecked:  yes: the schema is one that `check` refuses
    type:       which device or struct of the schema; else its last device
    case:       what is shown
    value:      the state in JSON, in the form of `to_dict`; fields left out are at their default
    bytes:      hex; "text" for the bytes of a text, 00*12 for twelve of one, # to the end of a line
    version:    loaded and saved at that version
    base:       the object loaded into, in JSON
    settings:   locals and properties of the device, in JSON
    mode:       needed or present: which subsections are saved
    only:       load or save; else both: the bytes give the value, the value the bytes
    refused:    REASON PATH at OFFSET for bytes, REASON PATH for a value
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIRE = Path(__file__).parent.parent / "conformance" / "wire"
KEYS = (
    ("schema", "unchecked", "type"),
    ("case", "value", "bytes", "version", "base", "settings", "mode", "only", "refused"),
)


@dataclass(frozen=True)
class Expected:
    """A refusal: on load with an offset."""

    reason: str
    path: str
    offset: int | None


@dataclass(frozen=True)
class Vector:
    file: str
    line: int
    title: str
    schema: str
    is_checked: bool
    type: str
    value: dict[str, Any] | None
    data: bytes | None
    version: int | None
    base: dict[str, Any] | None
    settings: dict[str, Any]
    mode: str
    loads: bool
    saves: bool
    refused: Expected | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.title}"


def vectors() -> list[Vector]:
    return [vector for path in sorted(WIRE.glob("*.txt")) for vector in in_file(path)]


def in_file(path: Path) -> Iterator[Vector]:
    schema: dict[str, str] = {}
    for line, record in records(path):
        if "schema" in record:
            schema = record
            continue
        yield vector(path.name, line, schema, record)


def records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Every record with the line it begins in."""
    start, record, key = 0, dict[str, str](), ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if not record:
                raise ValueError(f"{path.name}:{number}: an indented line before any record")
            record[key] += "\n" + line.strip() if key != "schema" else "\n" + line
            continue
        key, colon, text = line.partition(":")
        allowed = KEYS[0] if key == "schema" or "schema" in record else KEYS[1]
        if key in ("schema", "case"):
            if record:
                yield start, record
            start, record = number, {}
            allowed = KEYS[0] if key == "schema" else KEYS[1]
        if not colon or key not in allowed or key in record:
            raise ValueError(f"{path.name}:{number}: {key!r} is no key here")
        record[key] = text.strip()
    if record:
        yield start, record


def vector(file: str, line: int, schema: dict[str, str], record: dict[str, str]) -> Vector:
    def values(key: str) -> Any:
        text = re.sub(
            r'"([0-9a-f]+)\*(\d+)"', lambda m: f'"{m[1] * int(m[2])}"', record.get(key, "null")
        )
        return json.loads(text)

    refused = None
    if "refused" in record:
        reason, path, *rest = record["refused"].split()
        refused = Expected(reason, path, int(rest[1]) if rest else None)
    data = read_hex(record["bytes"]) if "bytes" in record else None
    value = values("value")
    only = record.get("only", "both")
    if only not in ("load", "save", "both") or (data is None and value is None):
        raise ValueError(f"{file}:{line}: not a vector")
    devices = re.findall(r"\bdevice\s+(\w+)", schema["schema"])
    return Vector(
        file=file,
        line=line,
        title=record["case"],
        schema=schema["schema"],
        is_checked=schema.get("unchecked") != "yes",
        type=schema.get("type") or devices[-1],
        value=value,
        data=data,
        version=int(record["version"]) if "version" in record else None,
        base=values("base"),
        settings=values("settings") or {},
        mode=record.get("mode", "needed"),
        loads=data is not None and only != "save",
        saves=value is not None and only != "load",
        refused=refused,
    )


def read_hex(text: str) -> bytes:
    """`05 14 "ide_drive/tray_state" 00000001 00*12  # comment`."""
    data = b""
    for line in text.splitlines():
        for word in re.findall(r'#.*|"[^"]*"|\S+', line):
            if word.startswith("#"):
                break
            if word.startswith('"'):
                data += word[1:-1].encode()
            else:
                digits, _, times = word.partition("*")
                data += bytes.fromhex(digits) * (int(times) if times else 1)
    return data
