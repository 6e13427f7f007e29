"""What a project requires of each direction, and what in a report does not meet it."""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from vmsdl.diff.direction import Direction
from vmsdl.diff.report import DeviceReport, DirectionResult, Report
from vmsdl.diff.suppression import SUPPRESSION_RULES
from vmsdl.diff.verdict import Level, Verdict, worst
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A level for each direction. `devices`: requirements of single devices, by patterns of names
    on the wire; the first pattern that matches counts."""

    old_to_new: Level = Level.OK
    new_to_old: Level = Level.CONDITIONAL
    devices: tuple[tuple[str, "Requirement"], ...] = ()

    def level(self, direction: Direction) -> Level:
        return direction.choose(self.old_to_new, self.new_to_old)

    def with_levels(self, levels: Mapping[Direction, Level]) -> "Requirement":
        """The same with other levels for some directions, of every device."""
        return Requirement(
            old_to_new=levels.get(Direction.OLD_TO_NEW, self.old_to_new),
            new_to_old=levels.get(Direction.NEW_TO_OLD, self.new_to_old),
            devices=tuple((pattern, own.with_levels(levels)) for pattern, own in self.devices),
        )

    def for_device(self, name: str) -> "Requirement":
        matching = (own for pattern, own in self.devices if fnmatchcase(name, pattern))
        return next(matching, replace(self, devices=()))

    def is_met(self, report: Report) -> bool:
        """Whether all verdicts are allowed, and no suppression is stale."""
        return not find_unmet(self, report) and not any(
            finding.rule in SUPPRESSION_RULES for finding in report.findings
        )

    def is_met_by(self, device: DeviceReport, direction: Direction) -> bool:
        level = self.for_device(device.name).level(direction)
        return level.allows(device.verdicts_unsuppressed.of(direction))

    def is_violated_by(
        self, result: DirectionResult, direction: Direction, device: DeviceReport | None
    ) -> bool:
        """Whether a result is why its device does not meet the requirement.

        A device has the worst verdict of all its results, but for one case: it is `conditional`
        where some states are `refused` or `lossy`. At a level of `conditional` or `any`, only
        results with the verdict of the device are to blame.
        """
        if result.verdict is Verdict.OK or result.suppression is not None or device is None:
            return False
        if self.is_met_by(device, direction):
            return False
        level = self.for_device(device.name).level(direction)
        return level is Level.OK or result.verdict is device.verdicts_unsuppressed.of(direction)


@dataclass(frozen=True, slots=True)
class UnmetLevel:
    """A level that some devices do not meet, and the worst of their verdicts."""

    direction: Direction
    level: Level
    verdict: Verdict


def find_unmet(requirement: Requirement, report: Report) -> tuple[UnmetLevel, ...]:
    """Each direction and level that is not met. Suppressed results do not count."""
    found: dict[tuple[Direction, Level], list[Verdict]] = {}
    for device in report.devices:
        for direction in Direction:
            if not requirement.is_met_by(device, direction):
                level = requirement.for_device(device.name).level(direction)
                verdict = device.verdicts_unsuppressed.of(direction)
                found.setdefault((direction, level), []).append(verdict)
    order = {direction: number for number, direction in enumerate(Direction)}
    return tuple(
        UnmetLevel(*key, worst(found[key]))
        for key in sorted(found, key=lambda key: (order[key[0]], key[1]))
    )


def parse_levels(levels: Mapping[str, str]) -> dict[Direction, Level]:
    """Levels as command lines and files spell them. Raises ValueError."""
    found: dict[Direction, Level] = {}
    for name, level in levels.items():
        try:
            found[Direction(name)] = Level(level)
        except ValueError:
            given = f"{name}={level}" if level else name
            raise ValueError(
                f"invalid requirement `{given}`, expected old-to-new=LEVEL or new-to-old=LEVEL, "
                f"where LEVEL is one of {', '.join(Level)}"
            ) from None
    return found
