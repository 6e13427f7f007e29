"""What a stream says of itself is as little trusted as its bytes."""

import json
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from vmsdl.qemu.stream.check_vmdesc import BadDescription, check_vmdesc
from vmsdl.qemu.stream.framing import Section, read_stream
from vmsdl.qemu.stream.reader import StreamError

FIELD = {"name": "a", "type": "uint32", "size": 4}
DEVICE = {"name": "dev", "instance_id": 0, "vmsd_name": "dev", "version": 1, "fields": [FIELD]}
COMMANDS = [("info",), ("decode",), ("decode", "--json"), ("check", "--against")]


def make_stream(description: bytes, name: bytes = b"dev") -> bytes:
    """One section of four bytes, and a description."""
    header = struct.pack(">IB", 0, len(name)) + name + struct.pack(">II", 0, 1)
    section = b"\x04" + header + b"\1\2\3\4" + b"\x7e" + struct.pack(">I", 0)
    end = b"\x00\x06" + struct.pack(">I", len(description))
    return b"QEVM" + struct.pack(">I", 3) + section + end + description


def describe(device: dict[str, Any]) -> bytes:
    return json.dumps({"page_size": 4096, "devices": [device]}).encode()


WRONG: list[object] = [None, "x", [], {}, True, -1, 1 << 70, 0.5]
HOSTILE: list[tuple[str, object]] = [
    *(("instance_id", value) for value in WRONG),
    *(("version", value) for value in WRONG),
    ("name", None),
    ("name", 5),
    ("name", "\ud800"),
    ("name", "n" * 70_000),
    ("fields", None),
    ("fields", 5),
    ("fields", {}),
    ("fields", [5]),
    ("subsections", 5),
    ("subsections", [[]]),
]
HOSTILE_FIELDS: list[tuple[str, object]] = [
    *(("size", value) for value in WRONG),
    *(("array_len", value) for value in WRONG),
    *(("index", value) for value in WRONG),
    ("type", None),
    ("type", 5),
    ("struct", None),
    ("struct", 5),
    ("struct", {"fields": 5}),
]


@pytest.mark.parametrize(("key", "value"), HOSTILE)
def test_a_value_that_qemu_cannot_write_is_told_with_its_place(key: str, value: object) -> None:
    data = make_stream(describe(DEVICE | {key: value}))
    with pytest.raises(StreamError, match=rf"devices\[0\]\.{key}") as refusal:
        list(read_stream(data, {}))
    assert refusal.value.offset == data.index(b"{")


@pytest.mark.parametrize(("key", "value"), HOSTILE_FIELDS)
def test_and_in_a_field(key: str, value: object) -> None:
    data = make_stream(describe(DEVICE | {"fields": [FIELD | {key: value}]}))
    with pytest.raises(StreamError, match=rf"devices\[0\]\.fields\[0\]\.{key}"):
        list(read_stream(data, {}))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have(number: str) -> None:
    text = describe(DEVICE).replace(b'"instance_id": 0', f'"instance_id": {number}'.encode())
    with pytest.raises(StreamError, match="no number of JSON"):
        list(read_stream(make_stream(text), {}))


def test_nesting_has_a_limit() -> None:
    inner: dict[str, Any] = FIELD
    for _ in range(100):
        inner = {"name": "s", "type": "struct", "size": 4, "struct": {"fields": [inner]}}
    with pytest.raises(BadDescription, match="nested more than 256 levels"):
        check_vmdesc({"devices": [DEVICE | {"fields": [inner]}]})


def test_what_came_before_is_read() -> None:
    data = make_stream(describe(DEVICE | {"version": None}))
    parts = read_stream(data, {})
    assert any(
        isinstance(part, Section) and part.idstr == "dev" for part in (next(parts), next(parts))
    )
    with pytest.raises(StreamError):
        list(parts)


def test_a_real_form_is_right() -> None:
    check_vmdesc({"page_size": 4096, "devices": [DEVICE], "of a later QEMU": None})


@pytest.mark.parametrize("command", COMMANDS)
def test_names_move_no_cursor(tmp_path: Path, command: tuple[str, ...]) -> None:
    name = "\x1b[31mdev\n\u202e\x07\x9b"
    file = tmp_path / "s.mig"
    device = DEVICE | {"name": name, "vmsd_name": name}
    device["fields"] = [FIELD | {"name": name, "type": name}]
    file.write_bytes(make_stream(describe(device), name.encode()))
    against = [str(file)] if "--against" in command else []
    done = subprocess.run(
        (sys.executable, "-m", "vmsdl", "stream", command[0], str(file), *command[1:], *against),
        capture_output=True,
    )
    assert done.returncode in (0, 1), done.stderr
    said = (done.stdout + done.stderr).decode()
    assert not {"\x1b", "\u202e", "\x07", "\x9b"} & set(said)
    assert "dev\n" not in said


def test_long_keys_are_not_multiplied() -> None:
    """300 kB of a key over a list of 100,000 objects would be 30 GB of places."""
    tracemalloc.start()
    try:
        check_vmdesc({"devices": [], "k" * 300_000: [{} for _ in range(100_000)]})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50 << 20


def test_a_hostile_key_is_shown_short_and_plain() -> None:
    with pytest.raises(BadDescription) as refusal:
        check_vmdesc({"\ud800\x1b" + "k" * 1000: [5]})
    assert str(refusal.value).isascii()
    assert len(str(refusal.value)) < 120
