"""What is found in a history and in no pair of versions alone."""

from dataclasses import dataclass

from vmsdl.diff.report import DirectionResult

CHAIN_LOSES = "chain-loses"
CHAIN_REFUSED = "chain-refused"
WINDOW_SHRUNK = "window-shrunk"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFinding:
    """`versions`: those that the state of a device goes through, in that order; `also`: other
    ways on which the same happens."""

    rule: str
    device: str  # on the wire
    path: str
    versions: tuple[str, ...]
    message: str
    outcome: DirectionResult  # its condition is on the state of the first
    help: str
    also: tuple[tuple[str, ...], ...] = ()
