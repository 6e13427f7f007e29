"""Constants are worked out exactly as Python works them out, on integers without end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsdl.driver import load_text
from vmsdl.expr.fold import MAX_SHIFT

NUMBERS = st.integers(0, 1 << 64)
SIGNS = st.sampled_from(["*", "/", "%", "+", "-", "&", "^", "|"])
COMPARISONS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def integers() -> st.SearchStrategy[str]:
    return st.recursive(
        NUMBERS.map(str),
        lambda inner: st.one_of(
            st.tuples(inner, SIGNS, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(inner, st.sampled_from(["<<", ">>"]), st.integers(0, MAX_SHIFT)).map(
                lambda t: f"({t[0]} {t[1]} {t[2]})"
            ),
            inner.map(lambda x: f"(-{x})"),
            inner.map(lambda x: f"(~{x})"),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
                lambda t: f"{t[0]}({t[1]}, {t[2]})"
            ),
        ),
        max_leaves=12,
    )


@settings(max_examples=60, deadline=None)
@given(integers(), COMPARISONS, integers())
def test_a_comparison_of_constants_is_python_s(left: str, sign: str, right: str) -> None:
    written = f"{left} {sign} {right}"
    found = load_text(f"const C = {written};")
    codes = {d.code.slug for d in found.diagnostics}
    try:
        expected = eval(written.replace("/", "//"))
    except ZeroDivisionError:
        assert "constant-without-value" in codes
        return
    assert found.value is not None, (written, codes)
    assert found.value.consts["C"].value is expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2 + 3 * 4", 14),
        ("-2 - -3", 1),
        ("1 | 2 ^ 3 & 4", 1 | 2 ^ 3 & 4),
        ("1 << 2 + 1", 8),
        ("7 & 3 == 3", True),  # not as in C
        ("not 1 == 2 and true", True),
        ("true or 1 / 0 == 1", True),  # what is not reached has no value to be missed
        ("false and 1 / 0 == 1", False),
        ("if 1 < 2 then 3 else 1 / 0", 3),
        ("-7 / 2", -4),
        ("-7 % 2", 1),
        ("7 % -2", -1),
        ("-1 >> 63", -1),
        ("0x8000_0000_0000_0000 << 0", 1 << 63),
    ],
)
def test_operators_bind_as_the_language_says(written: str, value: int) -> None:
    found = load_text(f"const C = {written};")
    assert found.value is not None, found.diagnostics
    assert found.value.consts["C"].value == value
