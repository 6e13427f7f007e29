"""The verdict on a stream: what QEMU would refuse, and what stays open. Records without words.

`qemu_messages` makes the words from them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

FieldNames = tuple[tuple[str, str], ...]
"""A description's name and the name of a field of it, for each level, the innermost first."""


class LoadFault(Enum):
    """What QEMU's loader refuses. The comment names the facts that a `LoadRefusal` has."""

    # The stream
    NOT_A_STREAM = auto()  # detail
    STREAM_VERSION = auto()  # received, detail
    SECTION_TYPE_UNKNOWN = auto()  # received: the type byte; detail
    STREAM_ENDED = auto()  # detail
    HEADER_ENDED = auto()  # detail
    UNMIGRATABLE = auto()  # name

    # The configuration
    CONFIGURATION_MISSING = auto()
    CONFIGURATION_UNEXPECTED = auto()  # name: the machine type
    CONFIGURATION_SUBSECTION_UNKNOWN = auto()  # name, detail
    CONFIGURATION_SUBSECTION_VERSION = auto()  # name, received, detail
    MACHINE_DIFFERS = auto()  # received, local
    PAGE_BITS_DIFFER = auto()  # received, local
    CAPABILITY_OFF = auto()  # name
    CAPABILITY_UNKNOWN = auto()  # name
    UUID_DIFFERS = auto()  # received, local

    # Commands: name is the command's, number its number
    COMMAND_UNKNOWN = auto()  # number, received: the length of its payload
    COMMAND_TOO_NEW = auto()  # the same, name
    COMMAND_LENGTH = auto()  # name, received, local: the length that is expected
    NO_RETURN_PATH = auto()  # name, received: the ping's number; owner: the command before it
    POSTCOPY_NOT_ADVISED = auto()  # name, owner: the command before it

    # Sections
    SECTION_UNKNOWN = auto()
    PART_UNKNOWN = auto()  # received: the section's number; detail
    SECTION_TOO_NEW = auto()  # received, local
    SECTION_TOO_OLD = auto()  # owner: the description, received, local: the minimum
    SECTION_ENDED = auto()  # the stream ends within it
    FOOTER_MISSING = auto()  # surplus
    FOOTER_OF_OTHER_SECTION = auto()  # received, local: section numbers; surplus
    FOOTER_ENDED = auto()  # surplus
    RAM_TOO_NEW = auto()  # received, local
    RAM_TOO_OLD = auto()  # received, local
    BLOCK_UNKNOWN = auto()  # name
    BLOCK_SIZE = auto()  # name, received, local

    # Bodies: owner is the description's name, fields are those that lead to the place
    VERSION_TOO_NEW = auto()  # owner, received, local
    VERSION_TOO_OLD = auto()  # owner, received, local: the minimum
    SUBSECTION_UNKNOWN = auto()  # name, owner
    BODY_ENDED = auto()
    RULE_FAILED = auto()  # name: the rule's; owner
    NOT_EQUAL = auto()  # received, local
    ABOVE_BOUND = auto()  # received, local: None where it is not known
    POINTER_MARKER = auto()  # received
    PCI_CONFIG_DIFFERS = auto()  # number: of the byte, name, received, local, mask
    REGISTER_UNKNOWN = auto()  # number
    REGISTER_DIFFERS = auto()  # number, received, local
    LOAD_FAILED = auto()  # a function of the device refuses and gives no cause
    CODEC_LIMIT = auto()  # a limit of our codecs, which QEMU does not have


class LoadDoubt(Enum):
    """Why it is not known whether something loads. `refusal`: what QEMU says if it does not."""

    # The stream and the machine
    REST_NOT_READ = auto()  # the end of a section was not found
    DEVICES_OF_MACHINE = auto()  # does the machine have every device of the stream?
    CONFIGURATION_MISSING = auto()  # refusal
    MACHINE_UNDECLARED = auto()  # name
    MACHINE_ALIAS = auto()  # name, refusal
    PAGE_BITS = auto()  # received
    PAGE_BITS_OF_ONE = auto()  # only one of two streams has them
    CAPABILITY = auto()  # name, refusal
    UUID = auto()  # name
    COMMAND_RELEASE = auto()  # name, refusal
    LIVE_COMMAND = auto()  # name

    # Sections
    OWN_CODEC = auto()
    BLOCKS_OF_MACHINE = auto()  # detail: the blocks and their sizes
    FIRMWARE_BLOCK_SIZE = auto()  # refusal
    SECTION_NOT_SENT = auto()  # refusal
    DEVICE_UNKNOWN = auto()  # refusal
    DEVICE_NOT_DESCRIBED = auto()
    OTHER_VERSION = auto()  # received, local: the version that the other stream shows
    OLD_LOAD_FUNCTION = auto()  # refusal
    CODEC_UNKNOWN = auto()  # owner

    # Knowledge without types
    NOT_DESCRIBED = auto()  # the stream does not describe the section
    DESCRIPTION_MISFIT = auto()  # detail
    SUBSECTION_NOT_SHOWN = auto()  # name, owner, refusal
    LAYOUT_MAY_DIFFER = auto()  # refusal
    FIELD_NOT_COMPARED = auto()  # name: its path
    BYTES_MOVED = auto()  # name: what was sent, owner: the field that takes it
    REGISTER_MAY_BE_TOLERATED = auto()  # refusal
    COMPARED_VALUE = auto()  # refusal
    CHECKS_NOT_RECORDED = auto()

    # What a schema leaves to code: owner is a description, name a field of it
    PROPERTIES_UNDECLARED = auto()  # owner
    HOOK = auto()  # owner, name: the hook's
    EXTERN_CONDITION = auto()  # owner, name
    POINTERS_OF_MACHINE = auto()  # owner, name
    COMPARED_FIELD = auto()  # owner, name
    FIELD_CODEC = auto()  # name, detail: the codec's name

    # Why a failed trial is no proof: each has its refusal
    LAYOUT_OF_OTHER_STATE = auto()
    LIMIT_OF_CODEC = auto()
    FIELD_MAY_BE_ABSENT = auto()  # owner
    POINTERS_MAY_BE_NULL = auto()  # owner
    OTHER_PROPERTIES = auto()
    FREE_PROPERTY = auto()  # name


# The questions after which it is not known whether a section has the length that is read.
NOT_COMPARED = frozenset(
    {
        LoadDoubt.REST_NOT_READ,
        LoadDoubt.OWN_CODEC,
        LoadDoubt.SECTION_NOT_SENT,
        LoadDoubt.DEVICE_UNKNOWN,
        LoadDoubt.DEVICE_NOT_DESCRIBED,
        LoadDoubt.OTHER_VERSION,
        LoadDoubt.OLD_LOAD_FUNCTION,
        LoadDoubt.CODEC_UNKNOWN,
        LoadDoubt.NOT_DESCRIBED,
        LoadDoubt.DESCRIPTION_MISFIT,
        LoadDoubt.SUBSECTION_NOT_SHOWN,
        LoadDoubt.LAYOUT_MAY_DIFFER,
        LoadDoubt.FIELD_NOT_COMPARED,
        LoadDoubt.LAYOUT_OF_OTHER_STATE,
        LoadDoubt.LIMIT_OF_CODEC,
        LoadDoubt.FIELD_MAY_BE_ABSENT,
        LoadDoubt.OTHER_PROPERTIES,
        LoadDoubt.FREE_PROPERTY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRefusal:
    """One place where QEMU's loader stops, and the facts that its message is made of."""

    fault: LoadFault
    section: str
    offset: int  # in the stream, in bytes
    path: str = ""  # of a field, as the codecs write it
    instance_id: int = 0
    fields: FieldNames = ()
    name: str = ""
    owner: str = ""
    number: int = 0
    received: int | str | None = None
    local: int | str | None = None  # what the loading program has or expects
    mask: int = 0xFF  # of a byte that is compared: its bits that must be the same
    surplus: int | None = None  # bytes before the footer that the program does not read; < 0: lacks
    detail: str = ""  # for people: what a codec or the reader of the stream says of it


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """Something that the knowledge does not decide."""

    doubt: LoadDoubt
    section: str = ""
    offset: int = 0
    path: str = ""
    name: str = ""
    owner: str = ""
    received: int | None = None
    local: int | None = None
    refusal: LoadRefusal | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongValue:
    """A value that the program loads into another field than the one that was sent."""

    section: str
    offset: int  # in the stream
    path: str  # of the field that was sent
    arrives_as: str  # the path of the field that takes its place
    value: int | None = None
    may_refuse: bool = False  # or the section has another length, and is refused


def ask_about(
    refusal: LoadRefusal, doubt: LoadDoubt, *, name: str = "", owner: str = ""
) -> OpenQuestion:
    """The question whether this refusal happens."""
    return OpenQuestion(
        doubt=doubt,
        section=refusal.section,
        offset=refusal.offset,
        path=refusal.path,
        name=name,
        owner=owner,
        refusal=refusal,
    )


LoadFinding: TypeAlias = LoadRefusal | WrongValue | OpenQuestion
LoadFindings: TypeAlias = Iterator[LoadFinding]


class CheckOutcome(Enum):
    """What is known of a load, in one word."""

    LOADS = "loads"
    REFUSED = "refused"
    WRONG_VALUES = "wrong-values"
    NOT_DECIDED = "not-decided"


@dataclass(frozen=True, slots=True)
class LoadVerdict:
    """Why the stream is refused, in the order in which QEMU comes to it, and what stays open."""

    refusals: tuple[LoadRefusal, ...]
    wrong_values: tuple[WrongValue, ...]
    questions: tuple[OpenQuestion, ...]
    sections: int = 0  # of devices in the stream

    @classmethod
    def of(cls, findings: Iterable[LoadFinding], sections: int = 0) -> "LoadVerdict":
        found = tuple(findings)
        return cls(
            tuple(item for item in found if isinstance(item, LoadRefusal)),
            tuple(item for item in found if isinstance(item, WrongValue)),
            tuple(item for item in found if isinstance(item, OpenQuestion)),
            sections,
        )

    @property
    def outcome(self) -> CheckOutcome:
        if self.refusals:
            return CheckOutcome.REFUSED
        if self.wrong_values:
            return CheckOutcome.WRONG_VALUES
        return CheckOutcome.NOT_DECIDED if self.questions else CheckOutcome.LOADS

    @property
    def loads(self) -> bool | None:
        """False: it is refused. True: it loads. None: something is not known."""
        if self.refusals:
            return False
        is_open = self.questions or any(each.may_refuse for each in self.wrong_values)
        return None if is_open else True

    @property
    def not_compared(self) -> int:
        """The sections of which it is not known whether they have the length that is read."""
        open_sections = {
            (each.section, each.offset) for each in self.questions if each.doubt in NOT_COMPARED
        }
        return len({section for section, _ in open_sections})

    @property
    def first(self) -> LoadRefusal | None:
        """Where QEMU stops. It never comes to the others."""
        return self.refusals[0] if self.refusals else None
