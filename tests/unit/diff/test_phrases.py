"""The example below a verdict: a state, that it is so after reset, or nothing."""

import pytest

from vmsdl.diff.formats.phrases import describe_details, describe_example, is_after_reset
from vmsdl.diff.report import ALWAYS, DirectionResult
from vmsdl.diff.verdict import Verdict


@pytest.mark.parametrize(
    ("condition", "witness", "expected"),
    [
        ("a != 0", {"a": 1}, "for example a = 1, all other fields at their reset values"),
        ("a == 0", {}, "already so after reset"),
        (ALWAYS, {}, None),  # of course it is
        ("a == 0", None, None),  # no state is known
    ],
)
def test_the_example_of_a_result(
    condition: str, witness: dict[str, int | bool] | None, expected: str | None
) -> None:
    result = DirectionResult(Verdict.REFUSED, condition=condition, witness=witness)
    assert describe_example(result) == expected
    assert describe_details(result) == ([] if expected is None else [expected])
    assert is_after_reset(result) == (expected == "already so after reset")
