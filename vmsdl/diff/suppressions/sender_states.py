"""Questions about the states that senders of a report can save."""

from collections.abc import Sequence
from dataclasses import field

from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import PlacedBody
from vmsdl.diff.layout.settings import find_shared_settings
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import make_prover
from vmsdl.diff.report import DIRECTIONS, DeviceReport, DirectionResult, Report, Suppression
from vmsdl.diff.suppressions.condition_text import (
    ALWAYS,
    UnreadableCondition,
    read_condition,
    write_condition,
)
from vmsdl.expr.logic import TRUE, and_, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class UncoveredStates:
    """Outcomes in states that are not accepted. `why`: what is not known, where that is so."""

    condition: Expr | None = None
    witness: Witness = field(default_factory=dict)
    why: str = ""


class SenderStates:
    """One direction of a device; `sides`: sender and receiver, None where one of them lacks it."""

    def __init__(self, sides: tuple[Side, Side] | None, machine: str | None) -> None:
        self._sides = sides
        self._machine = machine
        self._made: tuple[ConditionProver, Flattener, PlacedBody] | None = None

    def beyond(
        self, outcome: DirectionResult, acceptances: Sequence[Suppression]
    ) -> UncoveredStates | None:
        """The states of the outcome that none of these is for; None: there are none."""
        text, constants = parse_states(outcome)
        for each in acceptances:
            same = each.when == text and dict(each.constants) == constants
            if each.when == ALWAYS or same:
                return None
        return self._asked(outcome, acceptances)

    def is_possible(self, condition: Expr) -> bool | None:
        """Is there such a state? None: not decided."""
        try:
            return self._ready()[0].satisfiable(condition).holds
        except (UnreadableCondition, TooLarge, RecursionError):
            return None

    def condition(self, outcome: DirectionResult) -> Expr:
        return TRUE if outcome.condition is None else outcome.condition

    def _asked(
        self, outcome: DirectionResult, acceptances: Sequence[Suppression]
    ) -> UncoveredStates | None:
        try:
            prover, source, top, sides = self._ready()
            accepted = [
                read_condition(each.when, dict(each.constants), *sides) for each in acceptances
            ]
            covered = or_(*(source.rewrite(each, (top,)) for each in accepted))
            new = and_(self.condition(outcome), not_(covered))
            answer = prover.satisfiable(new)
        except UnreadableCondition as problem:
            return UncoveredStates(why=str(problem))
        except TooLarge:
            return UncoveredStates(why="it has too many fields")
        except RecursionError:
            return UncoveredStates(why="the condition is too deep")
        if answer.holds is False:
            return None
        if answer.holds is None:
            return UncoveredStates(new, why=answer.undecided.text if answer.undecided else "")
        return UncoveredStates(new, answer.witness)

    def _ready(self) -> tuple[ConditionProver, Flattener, PlacedBody, tuple[Side, Side]]:
        if self._sides is None:
            raise UnreadableCondition("it is a device that one side does not have")
        if self._made is None:
            sender, receiver = self._sides
            settings, _ = find_shared_settings(sender, receiver, self._machine)
            source = Flattener(sender.schema, settings)
            top = source.place_top(sender.description, sender.description.version_id)
            self._made = make_prover(sender, source.flatten_all(top)), source, top
        return *self._made, self._sides


class StateQuestions:
    """Who sends what in a report."""

    def __init__(self, report: Report) -> None:
        self._machine = report.machine
        self._devices = {device.name: device for device in report.devices}
        self._known: dict[tuple[str, str], SenderStates] = {}

    def of(self, device: str, direction: str) -> SenderStates:
        key = device, direction
        if key not in self._known:
            sides = self._sides(self._devices.get(device))
            if sides is not None and direction != DIRECTIONS[0]:
                sides = sides[1], sides[0]
            self._known[key] = SenderStates(sides, self._machine)
        return self._known[key]

    def _sides(self, device: DeviceReport | None) -> tuple[Side, Side] | None:
        if device is None:
            return None
        # Of a device that is on one side alone, that side's own words are all there are.
        one, other = device.old or device.new, device.new or device.old
        return None if one is None or other is None else (one, other)


def parse_states(outcome: DirectionResult) -> tuple[str, dict[str, int | bool]]:
    """When it is so, in full, and the values of the constants that are named there."""
    if outcome.condition is None:
        return outcome.when or ALWAYS, {}
    return write_condition(outcome.condition)
