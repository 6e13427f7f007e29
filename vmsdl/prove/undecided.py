"""Why a question stays undecided, as an enum with details, and the texts for it."""

from enum import Enum, auto
from typing import TypeAlias

from vmsdl.records import dataclass


class UndecidedReason(Enum):
    # It takes too much work.
    TOO_MANY_VALUES = auto()
    TOO_MANY_STATES = auto()
    NO_LIKELY_STATE = auto()
    SOLVER_MISSING = auto()
    SOLVER_GAVE_UP = auto()
    UNBOUNDED_NUMBERS = auto()
    WIDE_NUMBERS = auto()
    TOO_MANY_QUESTIONS = auto()
    TOO_DEEP = auto()

    # A variable stands for more than a state can have, or for less.
    FLOATING_POINT = auto()
    SOME_ELEMENT = auto()
    FIRST_ELEMENTS = auto()
    ELEMENT_DEPENDS_ON_STATE = auto()
    ELEMENTS_NOT_FOLLOWED = auto()
    ELEMENT_COUNT = auto()
    KNOWN_AT_RUN_TIME = auto()
    DEPENDS_ON_PLACE = auto()
    NOT_A_NUMBER = auto()


# The details of an `Undecided` are put into the places {0}, {1} and so on.
_TEXTS = {
    UndecidedReason.TOO_MANY_VALUES: "too many values would have to be tried",
    UndecidedReason.TOO_MANY_STATES: "{0:,} kinds of state would have to be tried",
    UndecidedReason.NO_LIKELY_STATE: "none of the likely states shows it",
    UndecidedReason.SOLVER_MISSING: ("it takes the solver to decide: `pip install 'vmsdl[prove]'`"),
    UndecidedReason.SOLVER_GAVE_UP: "the solver gave up",
    UndecidedReason.UNBOUNDED_NUMBERS: "its numbers have no bound",
    UndecidedReason.WIDE_NUMBERS: "its numbers have up to {0} bits",
    UndecidedReason.TOO_MANY_QUESTIONS: "it takes too many questions",
    UndecidedReason.TOO_DEEP: "the condition is too deep",
    UndecidedReason.FLOATING_POINT: "floating point is not followed",
    UndecidedReason.SOME_ELEMENT: "which element of `{0}` is read is not followed",
    UndecidedReason.FIRST_ELEMENTS: "only {0} elements of `{1}` are followed",
    UndecidedReason.ELEMENT_DEPENDS_ON_STATE: "which element it is depends on the state",
    UndecidedReason.ELEMENTS_NOT_FOLLOWED: "what a list holds was not looked into",
    UndecidedReason.ELEMENT_COUNT: "it depends on how many elements there are",
    UndecidedReason.KNOWN_AT_RUN_TIME: "`{0}` is known only where it runs",
    UndecidedReason.DEPENDS_ON_PLACE: "it depends on where it stands",
    UndecidedReason.NOT_A_NUMBER: "`{0}` is no number",
}
Detail: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Undecided:
    """A question was not decided, and why. `details` are what the reason is about."""

    reason: UndecidedReason
    details: tuple[Detail, ...] = ()

    @property
    def text(self) -> str:
        return _TEXTS[self.reason].format(*self.details)


def make_undecided(reason: UndecidedReason, *details: Detail) -> Undecided:
    return Undecided(reason, details)
