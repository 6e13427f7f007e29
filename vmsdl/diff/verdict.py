"""The words of the report, and the one that a set of effects deserves."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    CONDITIONAL = "conditional"
    LOSSY = "lossy"
    REFUSED = "refused"
    CORRUPT = "corrupt"
    UNKNOWN = "unknown"


# Of several devices the worst counts.
BADNESS = (
    Verdict.OK,
    Verdict.CONDITIONAL,
    Verdict.LOSSY,
    Verdict.UNKNOWN,
    Verdict.REFUSED,
    Verdict.CORRUPT,
)

LEVELS = {
    "ok": frozenset({Verdict.OK}),
    "conditional": frozenset({Verdict.OK, Verdict.CONDITIONAL}),
    "any": frozenset(Verdict) - {Verdict.CORRUPT},
}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=BADNESS.index, default=Verdict.OK)
