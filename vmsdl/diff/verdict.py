"""The verdict on one direction of a device, and the levels that a project can require of it."""

from collections.abc import Iterable
from enum import StrEnum

from vmsdl.diff.direction import Direction
from vmsdl.records import dataclass


class Verdict(StrEnum):
    """What happens to the states that a sender can save. The members go from best to worst."""

    OK = "ok"  # every state loads, and no value is lost
    CONDITIONAL = "conditional"  # some states arrive whole; others are refused or lose a value
    LOSSY = "lossy"  # some states load, and none arrives whole
    UNKNOWN = "unknown"  # not decided
    REFUSED = "refused"  # some state is refused, and none is shown to load
    CORRUPT = "corrupt"  # some state loads with a wrong value

    @property
    def badness(self) -> int:
        """A higher number is worse."""
        return _BADNESS[self]


_BADNESS = {verdict: number for number, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts; `ok` of none."""
    return max(verdicts, key=lambda verdict: verdict.badness, default=Verdict.OK)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts on both directions."""

    old_to_new: Verdict
    new_to_old: Verdict

    def of(self, direction: Direction) -> Verdict:
        return direction.choose(self.old_to_new, self.new_to_old)


def worst_of_each(several: Iterable[Verdicts]) -> Verdicts:
    """The worst of several verdicts, direction by direction."""
    known = list(several)
    return Verdicts(worst(each.old_to_new for each in known), worst(v.new_to_old for v in known))


class Level(StrEnum):
    """What is required of one direction. The value is how command lines and files spell it."""

    OK = "ok"
    NO_LOSS = "no-loss"  # some states may be refused; none loses a value
    CONDITIONAL = "conditional"
    ANY = "any"  # all but corruption

    def allows(self, verdict: Verdict, *, loses: bool = False) -> bool:
        """`loses`: some state loses a value."""
        match self:
            case Level.OK:
                return verdict is Verdict.OK
            case Level.NO_LOSS:
                return verdict in (Verdict.OK, Verdict.CONDITIONAL) and not loses
            case Level.CONDITIONAL:
                return verdict in (Verdict.OK, Verdict.CONDITIONAL)
            case Level.ANY:
                return verdict is not Verdict.CORRUPT
