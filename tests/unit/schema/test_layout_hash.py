"""The layout hash changes when, and only when, the bytes on the wire may change."""

import pytest

from tests.support.pipeline import read_schema
from vmsdl.schema.layout_hash import compute_layout_hash

START = """
enum kind : u8 { off = 0; on = 1; }
struct part as "p" { x: u8; }
device d version 2 minimum 1 {
    local size: u8 = 3;
    n: u8;
    data: u8[n];
    late: u16 since 2;
    p: part;
    k: kind;
    raw: bytes[size];
    subsection s version 1 needed n > 1 { y: u8 = 0; }
}
"""


def hash_of(text: str) -> str:
    schema = read_schema({"case.vmsd": text}, checked=False)
    return compute_layout_hash(schema.files[-1], schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n: u8;", "n: i8;"),
        ("late: u16 since 2", "late: u16"),
        ("data: u8[n]", "data: u8[n + 1]"),
        ('as "p"', 'as "q"'),
        ("x: u8", "x: u8; z: u8"),
        ("needed n > 1", "needed n > 2"),
        ("subsection s version 1", "subsection s version 2"),
        ("version 2 minimum 1", "version 2 minimum 2"),
        ("size: u8 = 3", "size: u8 = 4"),
        ("kind : u8", "kind : u16"),
        ("subsection s version", 'subsection s as "d/t" version'),
    ],
)
def test_it_changes_with_the_bytes(old: str, new: str) -> None:
    assert old in START
    assert hash_of(START) != hash_of(START.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("late: u16", "/// Words.\n    later: u16"),
        ("y: u8 = 0", "y: u8 = 1 where y < 9"),
        ("on = 1", "up = 1; other = 2"),
        ("n > 1", "(n) > 0x1"),
        ("enum kind", "const A = 1;\nenum kind"),
    ],
)
def test_it_stays_with_everything_else(old: str, new: str) -> None:
    assert old in START
    assert hash_of(START) == hash_of(START.replace(old, new))
