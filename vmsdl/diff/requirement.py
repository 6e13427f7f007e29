"""What a project requires of each direction, and what in a report falls short of it."""

from dataclasses import dataclass

from vmsdl.diff.report import DeviceReport, Outcome, Report
from vmsdl.diff.verdict import LEVELS, Verdict

DIRECTIONS = ("old-to-new", "new-to-old")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A level of `LEVELS` for each direction."""

    old_to_new: str = "ok"
    new_to_old: str = "conditional"

    @property
    def levels(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Each direction's name and level."""
        return (DIRECTIONS[0], self.old_to_new), (DIRECTIONS[1], self.new_to_old)

    def is_met(self, report: Report) -> bool:
        return not self.unmet(report)

    def unmet(self, report: Report) -> tuple[tuple[str, str, Verdict], ...]:
        """Directions that fall short: the name, the level asked for, and what it is."""
        verdicts = (report.old_to_new, report.new_to_old)
        return tuple(
            (name, level, verdict)
            for (name, level), verdict in zip(self.levels, verdicts, strict=True)
            if verdict not in LEVELS[level]
        )

    def is_broken_by(self, outcome: Outcome, direction: str, device: DeviceReport | None) -> bool:
        """Is it for this that the device falls short?

        What a verdict sums up may stand where a milder one does: a state that is refused makes a
        device `conditional`. It is to blame where it is what the device is called.
        """
        level = dict(self.levels)[direction]
        if outcome.verdict is Verdict.OK or device is None:
            return False
        whole = device.old_to_new if direction == DIRECTIONS[0] else device.new_to_old
        if whole in LEVELS[level]:
            return False
        return level == "ok" or outcome.verdict is whole
