"""Hostile counts and nesting cost no more memory and time than the input's length pays for."""

import time
import tracemalloc

import pytest

from tests.support.codec_agreement import Case
from tests.support.pipeline import compiled

MANY32 = b"\xff" * 4
MANY64 = (2**63).to_bytes(8, "big")
DEEP = 100_000
REFUSALS = ("truncated", "limit", "trailing-data", "length-mismatch", "bad-marker")

# What it is, the schema, its bytes.
HOSTILE = {
    "numbers": ("device d { n: u32; a: u32[n]; }", MANY32),
    "bytes": ("device d { n: u64; a: bytes[n]; }", MANY64),
    "buffer of u8": ("device d { n: u64; a: u8[n]; }", MANY64),
    "bools": ("device d { n: u32; a: bool[n]; }", MANY32),
    "enums": ("enum E : u8 { a = 0; } device d { n: u32; a: E[n]; }", MANY32),
    "bits": ("device d { n: u64; a: bitmap[n]; }", MANY64),
    "opaque": ("device d { n: u64; a: opaque[n]; }", MANY64),
    "unused": ("device d { n: u64; unused[n]; a: u8; }", MANY64),
    "blob": ("device d { a: blob; }", MANY32),
    "map": ("struct e { x: u8; } device d { a: map<u64, e>; }", MANY32),
    "structs": ("struct e { x: u8; } device d { n: u64; a: e[n]; }", MANY64),
    "structs without bytes": ("struct e { } device d { n: u64; a: e[n]; }", MANY64),
    "structs whose fields are absent": (
        "struct e { local on: bool = false; x: u8 if on; } device d { n: u32; a: e[n]; }",
        MANY32,
    ),
    "structs without bytes in structs without bytes": (
        "struct e { } struct f { local n: u32; a: e[n]; } device d { n: u32; a: f[n] with n = n; }",
        MANY32,
    ),
    "rows of nothing": ("device d { n: u64; m: u8; a: u16[n][m]; }", MANY64 + b"\0"),
    "rows of no bytes": ("device d { n: u64; m: u8; a: bytes[n][m]; }", MANY64 + b"\0"),
    "rows without end": ("device d { n: u64; m: u64; a: u16[n][m]; }", MANY64 * 2),
    "bitmaps of no bits": ("device d { n: u64; m: u8; a: bitmap[n][m]; }", MANY64 + b"\0"),
    "pointers": ("device d { n: u64; a: u16?[n]; }", MANY64),
    "pointers to nothing": ("struct e { } device d { n: u64; a: e?[n]; }", MANY64),
    "marked pointers": ("device d { n: u64; a: u16?[n] marked; }", MANY64),
    "the zero of absent bytes": (
        "device d { n: u64; on: bool; a: bytes[n] if on; }",
        MANY64 + b"\0",
    ),
    "the zero of absent numbers": (
        "device d { n: u64; on: bool; a: u32[n] if on; }",
        MANY64 + b"\0",
    ),
    "the zero of absent pointers": (
        "device d { n: u64; on: bool; a: u32?[n] if on; }",
        MANY64 + b"\0",
    ),
    "the zero of absent structs": (
        "struct e { } device d { n: u64; on: bool; a: e[n] if on; }",
        MANY64 + b"\0",
    ),
    "the zero of an absent struct with a length": (
        "struct e { local n: u64; x: bytes[n]; }"
        " device d { n: u64; on: bool; a: e if on with n = n; }",
        MANY64 + b"\0",
    ),
    "a list in itself": (
        "struct e { l: list<e>; } device d { l: list<e>; }",
        b"\x01" * DEEP,
    ),
    "a map in itself": (
        "struct e { m: map<u64, e>; } device d { m: map<u64, e>; }",
        (b"\0\0\0\1\1" + bytes(8)) * DEEP,
    ),
    "a long list": ("struct e { } device d { l: list<e>; }", b"\x01" * 10_000),
    "subsections over and over": (
        "device d { a: u8; subsection s needed x != 0 { x: u8; } }",
        b"\0" + b"\x05\x03d/s\0\0\0\1\1" * 3000 + b"\x07",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_cheaply(name: str) -> None:
    text, head = HOSTILE[name]
    made = compiled(text)
    cls = made.cls("d")
    for data in (head, head + bytes(40)):
        with pytest.raises(made.support.DecodeError):
            cls.decode(b"")  # what is built at the first use is not the bytes' doing
        tracemalloc.start()
        began = time.monotonic()
        try:
            with pytest.raises(made.support.DecodeError) as caught:
                cls.decode(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert caught.value.reason in REFUSALS
        assert peak < 4_000_000 + 600 * len(data)
        assert time.monotonic() - began < 10
        assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("name", HOSTILE)
def test_the_interpreter_says_the_same(name: str) -> None:
    text, head = HOSTILE[name]
    case = Case({"case.vmsd": text}, compiled(text), "d")
    for data in (head[:4000], head[:4000] + bytes(40)):
        assert case.interpreted(data) == case.generated(data)
