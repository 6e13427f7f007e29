"""Why a question stays undecided, as an enum with details, and the texts for it."""

from enum import Enum, auto
from typing import TypeAlias

from vmsdl.records import dataclass


class UndecidedReason(Enum):
    # It takes too much work.
    TOO_MANY_VALUES = auto()
    TOO_MANY_STATES = auto()
    NO_LIKELY_STATE = auto()
    SOLVER_GAVE_UP = auto()
    UNBOUNDED_NUMBERS = auto()
    WIDE_NUMBERS = auto()
    BUDGET_SPENT = auto()
    TOO_DEEP = auto()
    TOO_MANY_ELEMENTS = auto()

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
    UndecidedReason.TOO_MANY_VALUES: "too many values to try",
    UndecidedReason.TOO_MANY_STATES: "{0:,} kinds of state are too many to try",
    UndecidedReason.NO_LIKELY_STATE: "no tried state shows it",
    UndecidedReason.SOLVER_GAVE_UP: "the solver gave up",
    UndecidedReason.UNBOUNDED_NUMBERS: "its integers have no bound",
    UndecidedReason.WIDE_NUMBERS: "its integers have up to {0} bits",
    UndecidedReason.BUDGET_SPENT: "the comparison takes too much work",
    UndecidedReason.TOO_DEEP: "the condition is nested too deeply",
    UndecidedReason.TOO_MANY_ELEMENTS: "quantifiers in quantifiers read too many elements",
    UndecidedReason.FLOATING_POINT: "floating point is not analyzed",
    UndecidedReason.SOME_ELEMENT: "the index into `{0}` is not analyzed",
    UndecidedReason.FIRST_ELEMENTS: "only {0} elements of `{1}` are analyzed",
    UndecidedReason.ELEMENT_DEPENDS_ON_STATE: "the index of the element depends on the state",
    UndecidedReason.ELEMENTS_NOT_FOLLOWED: "the content of lists was not analyzed",
    UndecidedReason.ELEMENT_COUNT: "it depends on the number of elements",
    UndecidedReason.KNOWN_AT_RUN_TIME: "`{0}` is known only at run time",
    UndecidedReason.DEPENDS_ON_PLACE: "it depends on its place in the list",
    UndecidedReason.NOT_A_NUMBER: "`{0}` is not a number",
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
