"""What a project requires of each direction, and what in a report does not meet it."""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from vmsdl.diff.direction import Direction
from vmsdl.diff.machines import MISSING_ENTRY
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.suppression import SUPPRESSION_RULES
from vmsdl.diff.verdict import Level, Verdict, worst
from vmsdl.records import dataclass

NEW_TO_NEW = "new-to-new"  # what the new version does with its own state, as levels spell it


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A level for each direction, and for the new version's own state.

    `devices`: requirements of single devices, by patterns of names on the wire; the first pattern
    that matches counts.
    """

    old_to_new: Level = Level.OK
    new_to_old: Level = Level.CONDITIONAL
    new_to_new: Level = Level.OK
    devices: tuple[tuple[str, "Requirement"], ...] = ()

    def level(self, direction: Direction) -> Level:
        return direction.choose(self.old_to_new, self.new_to_old)

    def with_levels(self, levels: Mapping[str, Level]) -> "Requirement":
        """The same with other levels for some directions, of every device."""
        return Requirement(
            old_to_new=levels.get(Direction.OLD_TO_NEW, self.old_to_new),
            new_to_old=levels.get(Direction.NEW_TO_OLD, self.new_to_old),
            new_to_new=levels.get(NEW_TO_NEW, self.new_to_new),
            devices=tuple((pattern, own.with_levels(levels)) for pattern, own in self.devices),
        )

    def for_device(self, name: str) -> "Requirement":
        matching = (own for pattern, own in self.devices if fnmatchcase(name, pattern))
        return next(matching, replace(self, devices=()))

    def is_met(self, report: Report) -> bool:
        """Whether all verdicts are allowed, and nothing is found that is never allowed."""
        return not find_unmet(self, report) and not any(
            self.forbids(finding) for finding in report.findings
        )

    def forbids(self, finding: Finding) -> bool:
        """Whether a finding is an error whatever the verdicts are: a suppression that is stale, or
        an entry of a machine type that is missing and has an effect."""
        if finding.rule in SUPPRESSION_RULES:
            return True
        own = self.for_device(finding.device)
        if finding.rule == MISSING_ENTRY:
            return any(
                own.level(direction) is not Level.ANY
                and (result := finding.result(direction)).verdict is not Verdict.OK
                and result.suppression is None
                for direction in Direction
            )
        return not own.new_to_new.allows(finding.new_to_new.verdict)

    def is_met_by(self, device: DeviceReport, direction: Direction) -> bool:
        level = self.for_device(device.name).level(direction)
        verdict = device.verdicts_unsuppressed.of(direction)
        return level.allows(verdict, loses=direction in device.losing)

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
        verdict = device.verdicts_unsuppressed.of(direction)
        if level is Level.NO_LOSS and verdict is Verdict.CONDITIONAL:
            return result.verdict is Verdict.LOSSY
        return level is Level.OK or result.verdict is verdict


@dataclass(frozen=True, slots=True)
class UnmetLevel:
    """A level that some devices do not meet, and the worst of their verdicts."""

    direction: Direction | str
    level: Level
    verdict: Verdict


def find_unmet(requirement: Requirement, report: Report) -> tuple[UnmetLevel, ...]:
    """Each direction and level that is not met. Suppressed results do not count."""
    found: dict[tuple[Direction | str, Level], list[Verdict]] = {}
    for device in report.devices:
        for direction in Direction:
            if not requirement.is_met_by(device, direction):
                level = requirement.for_device(device.name).level(direction)
                verdict = device.verdicts_unsuppressed.of(direction)
                found.setdefault((direction, level), []).append(verdict)
        level = requirement.for_device(device.name).new_to_new
        if not level.allows(device.new_to_new):
            found.setdefault((NEW_TO_NEW, level), []).append(device.new_to_new)
    order: list[Direction | str] = [*Direction, NEW_TO_NEW]
    return tuple(
        UnmetLevel(*key, worst(found[key]))
        for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))
    )


def parse_levels(levels: Mapping[str, str]) -> dict[str, Level]:
    """Levels as command lines and files spell them. Raises ValueError."""
    found: dict[str, Level] = {}
    for name, level in levels.items():
        try:
            found[name if name == NEW_TO_NEW else Direction(name)] = Level(level)
        except ValueError:
            given = f"{name}={level}" if level else name
            raise ValueError(
                f"invalid requirement `{given}`, expected old-to-new=LEVEL, new-to-old=LEVEL or "
                f"new-to-new=LEVEL, where LEVEL is one of {', '.join(Level)}"
            ) from None
    return found
