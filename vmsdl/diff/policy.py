"""What a project requires of each direction, and what in a report falls short of it."""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from vmsdl.diff.report import DIRECTIONS, DeviceReport, DirectionResult, Report
from vmsdl.diff.suppressions.findings import SUPPRESSION_RULES
from vmsdl.diff.verdict import BADNESS, LEVELS, Verdict
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A level of `LEVELS` for each direction. `devices`: others, by patterns of names on the wire;
    the first that fits counts."""

    old_to_new: str = "ok"
    new_to_old: str = "conditional"
    devices: tuple[tuple[str, "Requirement"], ...] = ()

    @property
    def levels(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Each direction's name and level."""
        return (DIRECTIONS[0], self.old_to_new), (DIRECTIONS[1], self.new_to_old)

    def with_levels(self, levels: Mapping[str, str]) -> "Requirement":
        """Other levels for some directions, of every device. Raises ValueError."""
        for name, level in levels.items():
            if name not in DIRECTIONS or level not in LEVELS:
                said = f"{name}={level}" if level else name
                raise ValueError(
                    f"`{said}` is not old-to-new=LEVEL or new-to-old=LEVEL, "
                    f"LEVEL one of {', '.join(LEVELS)}"
                )
        return Requirement(
            old_to_new=levels.get(DIRECTIONS[0], self.old_to_new),
            new_to_old=levels.get(DIRECTIONS[1], self.new_to_old),
            devices=tuple((pattern, own.with_levels(levels)) for pattern, own in self.devices),
        )

    def of(self, device: str) -> "Requirement":
        """What is required of one device."""
        fitting = (own for pattern, own in self.devices if fnmatchcase(device, pattern))
        return next(fitting, replace(self, devices=()))

    def is_met(self, report: Report) -> bool:
        """Acceptances have to be in order too, whatever the verdicts."""
        return not self.unmet(report) and not any(
            f.rule in SUPPRESSION_RULES for f in report.findings
        )

    def unmet(self, report: Report) -> tuple[tuple[str, str, Verdict], ...]:
        """What falls short without what is accepted: the direction's name, the level asked for,
        and the worst verdict."""
        found: dict[tuple[str, str], Verdict] = {}
        for device in report.devices:
            for key in self.of(device.name).levels:
                verdict = device.required.of(key[0])
                if self.falls_short(device, key[0]):
                    found[key] = max(found.get(key, verdict), verdict, key=BADNESS.index)
        order = sorted(found, key=lambda key: (DIRECTIONS.index(key[0]), key[1]))
        return tuple((*key, found[key]) for key in order)

    def is_broken_by(
        self, outcome: DirectionResult, direction: str, device: DeviceReport | None
    ) -> bool:
        """Is it for this that the device falls short?

        What a verdict sums up may stand where a milder one does: a state that is refused makes a
        device `conditional`. It is to blame where it is what the device is called.
        """
        if outcome.verdict is Verdict.OK or outcome.accepted is not None or device is None:
            return False
        if not self.falls_short(device, direction):
            return False
        level = dict(self.of(device.name).levels)[direction]
        return level == "ok" or outcome.verdict is device.required.of(direction)

    def falls_short(self, device: DeviceReport, direction: str) -> bool:
        level = dict(self.of(device.name).levels)[direction]
        return device.required.of(direction) not in LEVELS[level]
