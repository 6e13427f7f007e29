"""Numbers and strings: what they are worth, and what is wrong with them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsdl.syntax import literals


@pytest.mark.parametrize(
    ("text", "value", "base"),
    [
        ("0", 0, 10),
        ("42", 42, 10),
        ("1_000_000", 1_000_000, 10),
        ("0xfF", 255, 16),
        ("0xdead_beef", 0xDEADBEEF, 16),
        ("0x00ff", 255, 16),
        ("0b1010_0000", 160, 2),
        ("0o777", 511, 8),
        ("18446744073709551616", 1 << 64, 10),
    ],
)
def test_integer_has_value_and_base(text: str, value: int, base: int) -> None:
    assert literals.parse_integer(text) == (value, base)


@pytest.mark.parametrize(
    ("text", "fault", "part"),
    [
        ("0777", "invalid leading zero", "0777"),
        ("00", "invalid leading zero", "00"),
        ("0x", "missing digits", "0x"),
        ("0b", "missing digits", "0b"),
        ("0b12", "invalid binary digit `2`", "2"),
        ("0o8", "invalid octal digit `8`", "8"),
        ("0xfg", "invalid hexadecimal digit `g`", "g"),
        ("1_", "misplaced `_`", "_"),
        ("1__0", "misplaced `_`", "__"),
        ("0x_1", "misplaced `_`", "_"),
        ("12UL", "invalid number suffix", "UL"),
        ("1.5", "expected an integer literal", "1.5"),
        ("0XFF", "lower case", "0X"),
        ("3cm", "invalid decimal digit `c`", "c"),
        ("9" * 5000, "too long", "9" * 5000),
        ("0x" + "f" * 5000, "too long", "0x" + "f" * 5000),
    ],
)
def test_wrong_integer_says_what_and_where(text: str, fault: str, part: str) -> None:
    error = literals.parse_integer(text)
    assert isinstance(error, literals.LiteralError)
    assert fault in error.message
    assert part == text[error.start : error.end]
    assert error.help


@given(st.integers(0, 1 << 70), st.sampled_from(["d", "#x", "#b", "#o", "_d", "#_x"]))
def test_every_way_to_write_an_integer_is_read_back(value: int, form: str) -> None:
    read = literals.parse_integer(format(value, form))
    assert isinstance(read, tuple)
    assert value == read[0]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_every_text_is_read_back_from_json(value: str, ascii: bool) -> None:
    assert value == literals.parse_string(json.dumps(value, ensure_ascii=ascii))


@pytest.mark.parametrize(
    ("text", "fault", "part"),
    [
        (r'"a\qb"', r"invalid escape `\q`", r"\q"),
        (r'"\u12"', "four hexadecimal digits", r"\u"),
        ('"a\tb"', "U+0009", "\t"),
        ('"\x00"', "U+0000", "\x00"),
        (r'"\ud800"', "half of a surrogate pair", r'"\ud800"'),
        (r'"\udc00\ud800"', "half of a surrogate pair", r'"\udc00\ud800"'),
        ('"\ud800"', "half of a surrogate pair", "\ud800"),
    ],
)
def test_wrong_string_says_what_and_where(text: str, fault: str, part: str) -> None:
    error = literals.parse_string(text)
    assert isinstance(error, literals.LiteralError)
    assert fault in error.message
    assert part == text[error.start : error.end]


def test_two_escapes_are_one_character() -> None:
    assert literals.parse_string(r'"\ud83d\ude00"') == "\U0001f600"
