"""What data leave out is paid for: the memory of a decode is in proportion to its data."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.pipeline import compiled
from vmsdl.driver import load_text
from vmsdl.emit.absent_memory import AbsentMemory

TOWER = """
struct s0 { a: u8; b: u8; c: u8; d: u8; }
struct s1 { x: s0; y: s0; z: s0; w: s0; }
struct s2 { x: s1; y: s1; z: s1; w: s1; }
struct s3 { x: s2; y: s2; z: s2; w: s2; }
"""
HOSTILE: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "an array that is not there": (
        "struct e { on: bool; x: u32[30000] if on; } device d { n: u32; l: e[n]; }",
        lambda n: n.to_bytes(4, "big") + bytes(n),
    ),
    "structs that are not there": (
        f"{TOWER} struct e {{ on: bool; x: s3[4] if on; }} device d {{ n: u32; l: e[n]; }}",
        lambda n: n.to_bytes(4, "big") + bytes(n),
    ),
    "in a struct of the element": (
        f"{TOWER} struct i {{ on: bool; x: s3[4] if on; }} struct e {{ i: i[2]; }}"
        " device d { n: u32; l: e[n]; }",
        lambda n: n.to_bytes(4, "big") + bytes(2 * n),
    ),
    "zeros as long as the state says": (
        "struct e { on: bool; n: u8; x: bytes[n * 256] if on; } device d { n: u32; l: e[n]; }",
        lambda n: n.to_bytes(4, "big") + b"\x00\xff" * n,
    ),
    "once, and large": (
        f"{TOWER} device d {{ on: bool; "
        + "".join(f"x{i}: s3[40] if on; " for i in range(64))
        + "}",
        lambda n: b"\x00",
    ),
    "in a list": (
        f"{TOWER} struct e {{ on: bool; x: s3[4] if on; }} device d {{ l: list<e>; }}",
        lambda n: b"\x01\x00" * n + b"\x00",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_memory_has_a_bound(name: str) -> None:
    text, make = HOSTILE[name]
    decoded: Any = compiled(text, checked=False).modules["case"].D
    data = make(5000)
    tracemalloc.start()
    try:
        with pytest.raises(Exception, match="too much memory") as refusal:
            decoded.decode(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert type(refusal.value).__name__ == "DecodeError"
    assert peak < 2 * (64 << 20)
    with pytest.raises(Exception, match="too much memory"):
        decoded.decode(bytearray(data))  # as the plain case, so the general codec


def test_what_is_there_is_paid_by_its_bytes() -> None:
    schema = load_text(f"{TOWER} device d {{ n: u32; l: s3[n]; on: bool; x: s3 if on; }}").value
    assert schema is not None
    assert AbsentMemory(schema).find_longest_plain(schema.descriptions["d"]) is None


def test_the_plain_case_takes_what_can_need_no_more() -> None:
    schema = load_text("struct e { on: bool; x: u32[1000] if on; } device d { l: e[9]; }").value
    assert schema is not None
    one = 64 + 1000 * 16  # of an element, of which one byte is there
    longest = AbsentMemory(schema).find_longest_plain(schema.descriptions["d"])
    assert longest == ((64 << 20) - 9 * one) // (one - 64)
