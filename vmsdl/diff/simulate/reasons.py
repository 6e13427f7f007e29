"""Why something happens to a state, and why that is sometimes not known: enums, and their texts.

A refusal has the reason that the generated codec gives when it refuses. Rules and reports compare
reasons; only reports write them out.
"""

from enum import Enum, auto
from typing import TypeAlias

from vmsdl.expr.logic import FieldPath
from vmsdl.expr.text import format_path
from vmsdl.records import dataclass


class EffectReason(Enum):
    """Why a state is refused, corrupted or lost. The value is what reports show."""

    # Refused, by the name that generated codecs give the error.
    UNKNOWN_SUBSECTION = "unknown-subsection"
    VERSION_TOO_NEW = "version-too-new"
    VERSION_TOO_OLD = "version-too-old"
    UNMIGRATABLE = "unmigratable"
    UNKNOWN_INSTANCE = "unknown-instance"
    CHECK_FAILED = "check-failed"
    NOT_EQUAL = "not-equal"  # of a field that is `equal`
    OUT_OF_RANGE = "out-of-range"  # of a field that is `bounded`
    BAD_ENUM = "bad-enum"
    LENGTH = "length"  # too long or too short, which of the two depends on the state
    TRAILING_DATA = "trailing-data"
    TRUNCATED = "truncated"

    # Corrupted.
    SHIFTED = "shifted"  # read from the bytes of another field
    MISCOUNTED = "miscounted"  # a list with another number of elements than were sent
    REINTERPRETED = "reinterpreted"  # read as another type
    TIMER = "timer"  # a number that is read as a deadline, or a deadline as a number
    RENUMBERED = "renumbered"  # the number of another enum value

    # Lost.
    NOT_SENT = "not-sent"
    COLLAPSED = "collapsed"  # several values are read as one
    RESIGNED = "resigned"  # the same bytes are another number without a sign, or with one

    @property
    def text(self) -> str:
        return self.value


# A section's version and flags decide these, whatever its fields are.
VERSION_REASONS = frozenset(
    {
        EffectReason.VERSION_TOO_NEW,
        EffectReason.VERSION_TOO_OLD,
        EffectReason.UNMIGRATABLE,
        EffectReason.UNKNOWN_INSTANCE,
    }
)
# The end of the section shows that sender and receiver have different lengths.
LENGTH_REASONS = frozenset(
    {EffectReason.TRUNCATED, EffectReason.TRAILING_DATA, EffectReason.LENGTH}
)
# Sender and receiver have different things at the same bytes.
DISPLACED_REASONS = frozenset({EffectReason.SHIFTED, EffectReason.MISCOUNTED})
LAYOUT_REASONS = LENGTH_REASONS | DISPLACED_REASONS


class UnknownReason(Enum):
    """Why it is not known what happens to a state."""

    # What no schema says.
    FIELD_RENAMED = auto()
    ENUM_VALUE_RENAMED = auto()
    CODEC_CHANGED = auto()
    BYTE_ORDER_UNKNOWN = auto()
    MEANING_CHANGED = auto()
    HOOK_CHANGED = auto()
    HOOKS_CHANGED = auto()
    HOOK_SETS = auto()
    REBUILT_BY_HOOK = auto()
    KNOWN_AT_RUN_TIME = auto()

    # What streams and dumps do not show.
    SIZES_ALONE = auto()
    NOT_IN_STREAMS = auto()
    ONE_STATE_OF_THE_OTHER = auto()
    RECEIVER_IS_NEWER = auto()

    # What no expression can say.
    NOT_AN_INTEGER = auto()
    READ_FROM_SOMETHING_ELSE = auto()
    CONTENT_UNKNOWN = auto()
    COUNTERPART_UNKNOWN = auto()
    LOSS_UNDECIDED = auto()
    ARRIVAL_UNDECIDED = auto()
    ELEMENT_COUNT_UNKNOWN = auto()
    ELEMENT_DEPENDS_ON_STATE = auto()
    DEPENDS_ON_MORE_THAN_ELEMENT = auto()
    NOT_IN_STATE = auto()
    NOT_A_SINGLE_VALUE = auto()

    # What takes too much work.
    TOO_MANY_PATHS = auto()
    BUDGET_SPENT = auto()
    TOO_MANY_FIELDS = auto()
    TOO_MANY_ELEMENTS = auto()
    TOO_LARGE = auto()
    TOO_DIFFERENT = auto()
    LENGTH_DEPENDS_ON = auto()
    TOO_DEEP = auto()


_NOT_SHOWN = (
    "a stream does not show `minimum_version_id`, fields that exist only in older streams, "
    "conditions, or parts that were not needed when it was saved"
)
# The details of an `Unknown` are put into the places {0}, {1} and so on.
_TEXTS = {
    UnknownReason.FIELD_RENAMED: (
        "a field with another name is in its place, and no `formerly` declares a rename"
    ),
    UnknownReason.ENUM_VALUE_RENAMED: (
        "the enum value has another name, and it is unknown whether the meaning is the same"
    ),
    UnknownReason.BYTE_ORDER_UNKNOWN: (
        "`{0}` is read from a buffer of bytes, or as one: which byte of a number comes first is not"
        " known; a new name with `formerly` says that the high byte does"
    ),
    UnknownReason.CODEC_CHANGED: "another codec reads `{0}`",
    UnknownReason.MEANING_CHANGED: "the meaning of `{0}` changed",
    UnknownReason.HOOK_CHANGED: (
        "hook {0} of `{1}` was added or removed: the schema does not show what it does"
    ),
    UnknownReason.HOOKS_CHANGED: (
        "hook {0} of `{1}` and {2} more were added or removed: the schema does not show what"
        " they do"
    ),
    UnknownReason.HOOK_SETS: (
        "hook {0} of `{1}` sets {2} in one version alone: the schema does not show to what"
    ),
    UnknownReason.REBUILT_BY_HOOK: (
        "a hook of the receiver sets `{0}`: the schema does not show to what"
    ),
    UnknownReason.KNOWN_AT_RUN_TIME: "`{0}` is known only at run time",
    UnknownReason.SIZES_ALONE: (
        "one version was imported from a dump, which has sizes in memory but no types"
    ),
    UnknownReason.NOT_IN_STREAMS: _NOT_SHOWN,
    UnknownReason.ONE_STATE_OF_THE_OTHER: (
        f"only one state of the other version is known: {_NOT_SHOWN}"
    ),
    UnknownReason.RECEIVER_IS_NEWER: f"the receiver is newer than the sender: {_NOT_SHOWN}",
    UnknownReason.NOT_AN_INTEGER: "`{0}` is read from a value that is not an integer",
    UnknownReason.READ_FROM_SOMETHING_ELSE: "`{0}` is read from other data",
    UnknownReason.CONTENT_UNKNOWN: "the value of `{0}` is unknown",
    UnknownReason.COUNTERPART_UNKNOWN: "the counterpart of `{0}` is unknown",
    UnknownReason.LOSS_UNDECIDED: "it is unknown whether `{0}` is lost",
    UnknownReason.ARRIVAL_UNDECIDED: "it is unknown whether any state arrives whole",
    UnknownReason.ELEMENT_COUNT_UNKNOWN: "the number of elements of `{0}` is unknown",
    UnknownReason.ELEMENT_DEPENDS_ON_STATE: "the index of the element depends on the state",
    UnknownReason.DEPENDS_ON_MORE_THAN_ELEMENT: (
        "a condition on each element depends on more than the element"
    ),
    UnknownReason.NOT_IN_STATE: "`{0}` is not part of the state",
    UnknownReason.NOT_A_SINGLE_VALUE: "`{0}` is not a single value",
    UnknownReason.TOO_MANY_PATHS: "too many combinations of conditions",
    UnknownReason.BUDGET_SPENT: "the comparison takes too much work",
    UnknownReason.TOO_MANY_FIELDS: "the device has too many fields",
    UnknownReason.TOO_MANY_ELEMENTS: "more than {0} elements of `{1}`",
    UnknownReason.TOO_LARGE: "`{0}` is too large to analyze",
    UnknownReason.TOO_DIFFERENT: (
        "cannot compare `{0}` with `{1}`: their lengths depend on different expressions"
    ),
    UnknownReason.LENGTH_DEPENDS_ON: "the lengths are not known where {0}",
    UnknownReason.TOO_DEEP: "an expression is nested too deeply",
}
HOOK_REASONS = frozenset(
    {UnknownReason.HOOK_CHANGED, UnknownReason.HOOKS_CHANGED, UnknownReason.HOOK_SETS}
)

Detail: TypeAlias = FieldPath | str | int


@dataclass(frozen=True, slots=True)
class Unknown:
    """What happens is not known, and why. `details` are what the reason is about, such as paths."""

    reason: UnknownReason
    details: tuple[Detail, ...] = ()

    @property
    def text(self) -> str:
        shown = [format_path(each) if isinstance(each, tuple) else each for each in self.details]
        return _TEXTS[self.reason].format(*shown)


class Untranslatable(Exception):
    """A condition of the receiver that cannot be written in terms of the sender."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.text)
        self.unknown = unknown


def make_unknown(reason: UnknownReason, *details: Detail) -> Unknown:
    return Unknown(reason, details)


def make_untranslatable(reason: UnknownReason, *details: Detail) -> Untranslatable:
    return Untranslatable(Unknown(reason, details))
