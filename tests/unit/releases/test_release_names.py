"""Names of releases: what will do, and which comes first."""

import random

import pytest

from vmsdl.releases.release_names import find_name_problem, make_sort_key

IN_ORDER = [
    "v1.9",
    "v1.10",
    "版本2",
    "版本10",
    "5.2",
    "7.2-rc1",
    "7.2-rc2",
    "7.2",
    "7.2-stable",
    "7.2.1",
    "7.2.10",
    "8.0alpha",
    "8.0",
    "10.0",
    "10.0.50",
]


def test_numbers_count_as_numbers_and_candidates_come_before_what_they_lead_to() -> None:
    mixed = IN_ORDER.copy()
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=make_sort_key) == IN_ORDER


def test_no_two_names_are_in_one_place() -> None:
    assert make_sort_key("9.2") != make_sort_key("9-2")
    assert make_sort_key("9.2") != make_sort_key("9.02")


@pytest.mark.parametrize("name", [*IN_ORDER, "2024-01-15", "9.2+deb1", "ünïcode", "a_b"])
def test_a_plain_name_is_one(name: str) -> None:
    assert find_name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "it is empty"),
        (".", "it must begin and end with a letter or digit"),
        ("..", "it must begin and end with a letter or digit"),
        ("-rf", "it must begin and end with a letter or digit"),
        ("9.2.", "it must begin and end with a letter or digit"),
        (".hidden", "it must begin and end with a letter or digit"),
        ("a/b", "invalid character `/`; use letters, digits and `.`, `-`, `_`, `+`"),
        ("a\\b", "invalid character `\\`; use letters, digits and `.`, `-`, `_`, `+`"),
        ("a b", "invalid character ` `; use letters, digits and `.`, `-`, `_`, `+`"),
        ("a\nb", "invalid character `U+000A`; use letters, digits and `.`, `-`, `_`, `+`"),
        ("a\u202eb", "invalid character `U+202E`; use letters, digits and `.`, `-`, `_`, `+`"),
        ("Now", "this name is reserved for the working schemas"),
        ("COM1.2", "it is a reserved name on Windows"),
        ("\u1100\u1161", "its letters are decomposed; use their composed form (Unicode NFC)"),
        ("9" * 81, "it is longer than 80 characters"),
    ],
)
def test_what_is_no_folders_name_everywhere_is_refused(name: str, words: str) -> None:
    assert find_name_problem(name) == words
