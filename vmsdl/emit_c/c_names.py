"""What everything is called in C, where `@c` does not say."""

import re

from vmsdl.emit_c.c_annotations import read_c
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.schema.description import (
    Const,
    Description,
    EnumDefinition,
    EnumMember,
    Field,
    Local,
    Property,
    Role,
)
from vmsdl.source import Span

_WORDS = """
    alignas alignof asm auto bool break case char complex const constexpr continue default do
    double else enum extern false float for goto if imaginary inline int long nullptr register
    restrict return short signed sizeof static static_assert struct switch thread_local true
    typedef typeof union unsigned void volatile while linux unix NULL
"""
KEYWORDS = frozenset(_WORDS.split())  # `linux` and `unix` are macros of gcc
_IDENTIFIER = r"[A-Za-z_]\w*"
_MEMBER_PATH = re.compile(rf"{_IDENTIFIER}(?:\.{_IDENTIFIER}|\[\w+\])*", re.ASCII)
_REACHED_PATH = re.compile(rf"{_IDENTIFIER}(?:(?:\.|->){_IDENTIFIER}|\[\w+\])*", re.ASCII)


def to_snake(name: str) -> str:
    """`PCIDevice` is `pci_device`."""
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def to_camel(name: str) -> str:
    """`ide_drive` is `IdeDrive`; a name with capitals is taken as it is."""
    if name != name.lower():
        return name
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) or name


def find_c_type(description: Description) -> str:
    """The type of the state that a device or struct describes."""
    given = read_c(description).get("type")
    if given is not None:
        return str(given)
    return f"{to_camel(description.name)}{'State' if description.role is Role.DEVICE else ''}"


def find_header(description: Description) -> str | None:
    """The header that declares the description; None: it is static."""
    given = read_c(description).get("header")
    return None if given is None else str(given)


def find_prefix(owners: tuple[Description, ...]) -> str:
    """How the functions of a description begin; `owners` are itself and its owners, inside out."""
    return "_".join(to_snake(each.name) for each in reversed(owners))


def find_variable(owners: tuple[Description, ...]) -> str:
    """The `VMStateDescription` of a description."""
    given = read_c(owners[0]).get("variable")
    return f"vmstate_{find_prefix(owners)}" if given is None else str(given)


def find_const_name(const: Const) -> str:
    return str(read_c(const).get("name", const.name))


def find_enum_name(enum: EnumDefinition) -> str:
    return str(read_c(enum).get("name", to_camel(enum.name)))


def find_enumerator(enum: EnumDefinition, member: EnumMember) -> str:
    """`EndTransfer.stop` is `END_TRANSFER_STOP`."""
    return f"{to_snake(find_enum_name(enum))}_{to_snake(member.name)}".upper()


def find_member_path(member: Field | Local | Property) -> str:
    """The way from the state to a member, as `offsetof` takes it; of a local also through `->`."""
    if isinstance(member, Field):
        path, pattern = member.wire_name, _MEMBER_PATH
        help = 'give the member of the C struct: `as "path"`'
    else:
        path, pattern = str(read_c(member).get("member", member.name)), _REACHED_PATH
        help = 'give the member of the C struct: `@c("path")`'
    if pattern.fullmatch(path) is None:
        raise NotInC(member.name_span, f"`{path}` is no member of a C struct", help)
    for word in re.findall(r"\w+", path):
        check_word(word, member.name_span, help)
    return path


def check_word(word: str, span: Span, help: str | None = None) -> None:
    """A name that C takes for a word of its own is refused."""
    if word in KEYWORDS:
        raise NotInC(span, f"`{word}` is a word of C", help)
