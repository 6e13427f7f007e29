"""A bug of the fast code is seen: nothing but bad input is left to the general codec."""

import struct
from typing import Any

import pytest

from tests.support.pipeline import compiled
from vmsdl.build.in_memory import import_texts

SCHEMA = """
enum Kind : u8 { off = 0; on = 1; }
flags Bits : u8 { low = 1; high = 0x80; }
struct part { x: u8; kind: Kind; }
device d {
    n: u8 where n < 4; parts: part[n];
    is_on: bool; bits: Bits; words: u16[2]; raw: bytes[3];
}
"""
GOOD = bytes([1, 7, 1]) + bytes([1, 0x81]) + bytes(4) + b"abc"


def load(old: str = "", new: str = "") -> Any:
    """The generated module, with one piece of its text replaced."""
    texts = dict(compiled(SCHEMA).texts)
    assert not old or texts["case"].count(old) == 1, texts["case"]
    return import_texts(
        {f"{name}.py": text.replace(old, new) if old else text for name, text in texts.items()},
        "case",
    )


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("_D_N.unpack_from(data)", "_D_N.unpack_from(data, 50)", struct.error),
        ("_D_N.unpack_from(data)", "_D_M.unpack_from(data)", NameError),
        ("_PART_FIELDS.unpack_from(data, pos)", "_PART_FIELDS.unpack(data)", struct.error),
        ("_Kind_of[o.kind]\n    if", "_Kind_of[o.kind + 5]\n    if", KeyError),
        ("e1, pos = _load_Part(data, pos)", "e1, pos = _load_Part(data)", TypeError),
        ("o.raw,", "o.raw_,", AttributeError),
    ],
)
def test_a_bug_of_loading_is_raised(old: str, new: str, error: type[Exception]) -> None:
    module = load(old, new)
    with pytest.raises(error):
        module.D.decode(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("_D_N.pack(self.n)", "_D_N.pack(self.n, 1)", struct.error),
        ("_D_N.pack(self.n)", "_D_M.pack(self.n)", NameError),
        ("_PART_FIELDS.pack(o.x, ", "_PART_FIELDS.pack(o.y, ", AttributeError),
        ("_Kind_of[o.kind])", "_Kind_of[o.kind + 5])", KeyError),
        ("+self.is_on", "self.is_on + None", TypeError),
    ],
)
def test_a_bug_of_saving_is_raised(old: str, new: str, error: type[Exception]) -> None:
    module = load(old, new)
    good = module.D.decode(GOOD)
    with pytest.raises(error):
        good.encode()


def test_without_a_bug_good_data_are_good() -> None:
    module = load()
    assert module.D.decode(GOOD).encode() == GOOD


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (GOOD[:-1], "truncated"),
        (b"", "truncated"),
        (GOOD + b"x", "trailing-data"),
        (b"\4" + GOOD[1:], "check-failed"),
        (GOOD[:2] + b"\7" + GOOD[3:], "bad-enum"),
        (GOOD[:4] + b"\2" + GOOD[5:], "bad-enum"),
    ],
)
def test_bad_data_are_refused(data: bytes, reason: str) -> None:
    module = load()
    with pytest.raises(module.DecodeError) as refused:
        module.D.decode(data)
    assert refused.value.reason == reason
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("n", 2, "length-mismatch"),
        ("n", "1", "bad-value"),
        ("n", 300, "out-of-range"),
        ("parts", None, "bad-value"),
        ("parts", [None], "bad-value"),
        ("is_on", "yes", "bad-value"),
        ("is_on", None, "bad-value"),
        ("bits", 2, "bad-enum"),
        ("bits", [], "bad-value"),
        ("words", [1, 1 << 16], "out-of-range"),
        ("words", [1], "length-mismatch"),
        ("raw", b"ab", "length-mismatch"),
        ("raw", "abc", "bad-value"),
    ],
)
def test_a_bad_state_is_refused(name: str, value: Any, reason: str) -> None:
    module = load()
    o = module.D.decode(GOOD)
    setattr(o, name, value)
    with pytest.raises(module.EncodeError) as refused:
        o.encode()
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("words", [0, 0]),
        ("words", (0, 0)),
        ("raw", bytearray(b"abc")),
        ("raw", memoryview(b"abc")),
        ("is_on", 1),
        ("bits", 0x81),
    ],
)
def test_what_the_general_codec_takes_is_written(name: str, value: Any) -> None:
    module = load()
    o = module.D.decode(GOOD)
    setattr(o, name, value)
    assert o.encode() == GOOD


def test_an_attribute_that_is_not_set_is_refused() -> None:
    module = load()
    o = module.D.decode(GOOD)
    del o.raw
    with pytest.raises(module.EncodeError, match="is not set"):
        o.encode()
