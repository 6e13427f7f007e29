"""A type that is printed and parsed again is the same type."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsdl.driver import load_text
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.type_text import unparse_type
from vmsdl.schema.types import Type

COUNTS = st.sampled_from(["3", "N", "n", "n * 2", "(n & 7) + 1", "if n > 1 then 2 else N"])
LENGTHS = COUNTS.map(lambda count: f"[{count}]")
STRUCTS = st.sampled_from(["S", "S version 2"])
WITHOUT_LENGTH = st.one_of(
    st.sampled_from(sorted(SCALARS)),
    st.sampled_from(["E", "blob"]),
    STRUCTS,
    STRUCTS.map(lambda struct: f"list<{struct}>"),
    st.tuples(st.one_of(st.just("u64"), STRUCTS), STRUCTS).map(lambda t: f"map<{t[0]}, {t[1]}>"),
)
BUFFERS = st.sampled_from(["bytes", "bitmap", "opaque", 'opaque "smmu"', r'opaque "a \"b\" é"'])


@st.composite
def types(draw: st.DrawFn) -> str:
    lengths = draw(st.lists(LENGTHS, max_size=3))
    is_buffer = draw(st.booleans())
    base = draw(BUFFERS if is_buffer else WITHOUT_LENGTH)
    own = draw(LENGTHS) if is_buffer else ""
    is_nullable = bool(lengths) and draw(st.booleans())
    is_marked = is_nullable and draw(st.booleans())
    mark, end = "?" if is_nullable else "", " marked" if is_marked else ""
    return f"{base}{mark}{''.join(lengths)}{own}{end}"


def parse_type(text: str) -> Type:
    found = load_text(
        "const N = 4; enum E: u8 { a = 0; }"
        " struct S version 2 minimum 1 { x: u8; }"
        f" device d {{ n: u8; field: {text}; }}"
    )
    assert found.value is not None, (text, found.diagnostics)
    assert not found.has_errors, (text, found.diagnostics)
    return found.value.descriptions["d"].fields[1].type


@settings(max_examples=150, deadline=None)
@given(types())
def test_a_printed_type_is_parsed_as_the_same_type(text: str) -> None:
    type_ = parse_type(text)
    assert parse_type(unparse_type(type_)) == type_


@pytest.mark.parametrize(
    "text",
    [
        "u16[n][3]",
        "bytes?[2][n][8] marked",
        'opaque "smmu"[2][n]',
        "list<S version 2>",
        "map<S version 1, S>",
    ],
)
def test_a_type_is_printed_as_it_is_written(text: str) -> None:
    assert unparse_type(parse_type(text)) == text
