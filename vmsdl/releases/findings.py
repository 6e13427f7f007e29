"""What is found in a history and in no pair of versions alone."""

from dataclasses import dataclass

from vmsdl.diff.report import Outcome
from vmsdl.diff.rules import chain_loses, chain_refused, window_shrunk

CHAIN_LOSES = chain_loses.RULE.slug
CHAIN_REFUSED = chain_refused.RULE.slug
WINDOW_SHRUNK = window_shrunk.RULE.slug


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFinding:
    """`versions`: those that the state of a device goes through, in that order; `also`: other
    ways on which the same happens."""

    rule: str
    device: str  # on the wire
    path: str
    versions: tuple[str, ...]
    message: str
    outcome: Outcome  # its condition is on the state of the first
    help: str
    also: tuple[tuple[str, ...], ...] = ()
