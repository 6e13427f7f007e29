"""Questions about the states that senders can save: does a suppression cover all that it must?"""

from collections.abc import Sequence
from dataclasses import field

from vmsdl.diff.direction import Direction
from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import PlacedBody
from vmsdl.diff.layout.settings import MachinePair, find_shared_settings
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import make_prover
from vmsdl.diff.report import ALWAYS, DeviceReport, DirectionResult, Report
from vmsdl.diff.suppression import Suppression
from vmsdl.diff.suppressions.condition_text import (
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
    """States of a result that no suppression is for. `why`: why they are not known, where so."""

    condition: Expr | None = None
    witness: Witness = field(default_factory=dict)
    why: str = ""


class SenderStates:
    """The states of the sender in one direction of one device.

    `sides`: sender and receiver; None where the report does not have the device.
    """

    def __init__(self, sides: tuple[Side, Side] | None, machines: MachinePair) -> None:
        self._sides = sides
        self._machines = machines
        self._prepared: tuple[ConditionProver, Flattener, PlacedBody] | None = None

    def find_uncovered(
        self, result: DirectionResult, suppressions: Sequence[Suppression]
    ) -> UncoveredStates | None:
        """The states of a result that none of these is for; None: there are no such states."""
        text, constants = write_result_condition(result)
        for each in suppressions:
            is_same = each.condition == text and dict(each.constants) == constants
            if each.condition == ALWAYS or is_same:
                return None
        return self._prove_uncovered(result, suppressions)

    def is_possible(self, condition: Expr) -> bool | None:
        """Whether the condition holds of some state. None: not decided."""
        try:
            return self._prepare()[0].satisfiable(condition).holds
        except (UnreadableCondition, TooLarge, RecursionError):
            return None

    def _prove_uncovered(
        self, result: DirectionResult, suppressions: Sequence[Suppression]
    ) -> UncoveredStates | None:
        try:
            prover, source, top, sides = self._prepare()
            conditions = [
                read_condition(each.condition, dict(each.constants), *sides)
                for each in suppressions
            ]
            covered = or_(*(source.rewrite(each, (top,)) for each in conditions))
            uncovered = and_(get_expression(result), not_(covered))
            answer = prover.satisfiable(uncovered)
        except UnreadableCondition as problem:
            return UncoveredStates(why=str(problem))
        except TooLarge:
            return UncoveredStates(why="the device has too many fields")
        except RecursionError:
            return UncoveredStates(why="the condition is nested too deeply")
        if answer.holds is False:
            return None
        if answer.holds is None:
            return UncoveredStates(uncovered, why=answer.undecided.text if answer.undecided else "")
        return UncoveredStates(uncovered, answer.witness)

    def _prepare(self) -> tuple[ConditionProver, Flattener, PlacedBody, tuple[Side, Side]]:
        """What conditions are read and proved with, made once. Raises UnreadableCondition."""
        if self._sides is None:
            raise UnreadableCondition("one version does not have the device")
        if self._prepared is None:
            sender, receiver = self._sides
            settings, _ = find_shared_settings(sender, receiver, self._machines)
            source = Flattener(sender.schema, settings)
            top = source.place_top(sender.description, sender.description.version_id)
            self._prepared = make_prover(sender, source.flatten_all(top)), source, top
        return *self._prepared, self._sides


class AllSenderStates:
    """The sender states of every device of a report and both directions, made when asked for."""

    def __init__(self, report: Report) -> None:
        self._machine = report.machine
        self._devices = {device.name: device for device in report.devices}
        self._known: dict[tuple[str, Direction], SenderStates] = {}

    def of(self, device: str, direction: Direction) -> SenderStates:
        key = device, direction
        if key not in self._known:
            found = self._devices.get(device)
            sides = _find_sides(found)
            ends = None if sides is None else direction.order_ends(*sides)
            migration = None if found is None else found.migration(direction)
            machines = MachinePair(self._machine)
            if migration is not None:
                machines = migration.machines
            self._known[key] = SenderStates(ends, machines)
        return self._known[key]


def _find_sides(device: DeviceReport | None) -> tuple[Side, Side] | None:
    """Old and new. Where one side lacks the device, the other is used for both: its names are the
    only ones that conditions can have."""
    if device is None:
        return None
    old, new = device.old or device.new, device.new or device.old
    return None if old is None or new is None else (old, new)


def get_expression(result: DirectionResult) -> Expr:
    """The condition of a result; a result without one happens to every state."""
    return TRUE if result.expression is None else result.expression


def write_result_condition(result: DirectionResult) -> tuple[str, dict[str, int | bool]]:
    """The condition of a result in full, and the values of the constants that it names."""
    if result.expression is None:
        return result.condition or ALWAYS, {}
    return write_condition(result.expression)
