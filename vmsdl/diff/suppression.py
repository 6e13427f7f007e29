"""A suppression: a finding that a project knows, and that does not count in one direction."""

from dataclasses import field
from datetime import date
from hashlib import sha256

from vmsdl.diff.direction import Direction
from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, Span

REQUIRED_KEYS = ("reason", "owner", "until")  # without these an entry suppresses nothing

# The rules that report suppressions which do not work, or no longer.
SUPPRESSION_RULES = frozenset(
    f"suppression-{what}" for what in ("condition-widened", "expired", "unused", "without-reason")
)

# The verdicts that are suppressed along with each one. `unknown` may hide something worse, so only
# `corrupt` covers it.
COVERED_VERDICTS = {
    Verdict.CORRUPT: frozenset({Verdict.CORRUPT, Verdict.REFUSED, Verdict.LOSSY, Verdict.UNKNOWN}),
    Verdict.REFUSED: frozenset({Verdict.REFUSED, Verdict.LOSSY}),
    Verdict.LOSSY: frozenset({Verdict.LOSSY}),
    Verdict.UNKNOWN: frozenset({Verdict.UNKNOWN}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One entry of the file of suppressions.

    `condition`: the states that it is for, as text of the schema that it was written with.
    `constants`: the values that names in `condition` had then. A later schema may give them others.
    """

    rule: str
    device: str
    path: str
    direction: Direction
    verdict: Verdict
    condition: str
    constants: tuple[tuple[str, int | bool], ...] = ()
    reason: str = ""
    owner: str = ""
    until: date | None = None  # the last day on which it is in force
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        return compute_fingerprint(self.rule, self.device, self.path, self.direction)

    @property
    def missing_keys(self) -> tuple[str, ...]:
        return tuple(name for name in REQUIRED_KEYS if not getattr(self, name))

    def is_in_force(self, day: date) -> bool:
        """Whether it is complete and has not expired."""
        return not self.missing_keys and self.until is not None and day <= self.until


def compute_fingerprint(rule: str, device: str, path: str, direction: Direction) -> str:
    """What identifies a finding in another version of the text: no line number, no message."""
    return sha256("\0".join((rule, device, path, direction)).encode()).hexdigest()[:16]
