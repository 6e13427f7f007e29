"""A finding about several versions, which no pair of them shows alone."""

from dataclasses import dataclass

from vmsdl.diff.report import DirectionResult

CHAIN_LOSES = "chain-loses"
CHAIN_REFUSED = "chain-refused"
WINDOW_SHRUNK = "window-shrunk"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFinding:
    """`device`: its wire name. `versions`: those that the state of the device goes through, in
    order. `result`: its condition is on the state of the first. `also`: other paths through the
    versions on which the same happens."""

    rule: str
    device: str
    path: str
    versions: tuple[str, ...]
    message: str
    result: DirectionResult
    help: str
    also: tuple[tuple[str, ...], ...] = ()
