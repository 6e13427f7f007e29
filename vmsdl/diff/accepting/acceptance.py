"""One accepted finding, as a project wrote it down."""

from dataclasses import field
from datetime import date
from hashlib import sha256

from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, Span

DIRECTIONS = ("old-to-new", "new-to-old")
OWED = ("reason", "owner", "until")  # what whoever accepts a finding must say

# What else is accepted with a verdict. Of what is unknown nobody knows that it is no worse.
COVERS = {
    Verdict.CORRUPT: frozenset({Verdict.CORRUPT, Verdict.REFUSED, Verdict.LOSSY, Verdict.UNKNOWN}),
    Verdict.REFUSED: frozenset({Verdict.REFUSED, Verdict.LOSSY}),
    Verdict.LOSSY: frozenset({Verdict.LOSSY}),
    Verdict.UNKNOWN: frozenset({Verdict.UNKNOWN}),
}


def fingerprint(rule: str, device: str, path: str, direction: str) -> str:
    """What a finding is known by from one version of the text to the next: no line, no wording."""
    return sha256("\0".join((rule, device, path, direction)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """`when`: the states it is accepted for, in the words of the schema it was accepted with.

    `constants` are the values that names in `when` had then: a later schema may give them others.
    """

    rule: str
    device: str
    path: str
    direction: str
    verdict: Verdict
    when: str
    constants: tuple[tuple[str, int | bool], ...] = ()
    reason: str = ""
    owner: str = ""
    until: date | None = None  # it holds up to that day
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.rule, self.device, self.path, self.direction)

    @property
    def missing(self) -> tuple[str, ...]:
        """What it owes: without a reason, an owner and a day it accepts nothing."""
        return tuple(name for name in OWED if not getattr(self, name))
