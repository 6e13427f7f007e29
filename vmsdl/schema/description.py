"""Devices, structs and subsections: one record for all three, as in QEMU."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import TypeAlias

from vmsdl.expr.nodes import Expr, Extern
from vmsdl.records import dataclass
from vmsdl.schema.types import Type
from vmsdl.source import NOWHERE, SourceFile, Span


class Role(Enum):
    DEVICE = "device"
    STRUCT = "struct"
    SUBSECTION = "subsection"


class Hook(Enum):
    PRE_LOAD = "pre_load"
    POST_LOAD = "post_load"
    PRE_SAVE = "pre_save"
    POST_SAVE = "post_save"


LOADING_HOOKS = (Hook.PRE_LOAD, Hook.POST_LOAD)  # they run at the receiver


@dataclass(frozen=True, slots=True)
class SetPlace:
    """A field, a local or a whole subsection that a hook sets.

    `up`: levels out to the body that `path` begins in.
    """

    up: int
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class HookSets:
    """`hook … sets a, b.c`: all that a hook changes. It refuses nothing."""

    hook: Hook
    places: tuple[SetPlace, ...]


@dataclass(frozen=True, slots=True)
class Annotation:
    name: str
    arguments: tuple[str | int | bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A `where`: the condition, and the message of a refusal where it is given.

    `is_load_only`: the sender saves what violates it, as where a `post_load` of QEMU checks it.
    """

    condition: Expr
    message: str | None = None
    is_load_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What came from a place in a file."""

    doc: str = ""
    # Annotations say nothing of the wire: descriptions are equal without them.
    annotations: tuple[Annotation, ...] = field(default=(), compare=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Placed):
    """One item on the wire. Present when `since` <= version and `condition` holds."""

    name: str
    wire_name: str
    type: Type
    since: int = 0
    condition: Expr | Extern | None = None
    equal: bool = False
    bounded: bool = False
    default: Expr | None = None  # constant; its type's zero where None
    checks: tuple[Check, ...] = ()
    bindings: tuple[tuple[str, Expr], ...] = ()  # `with`: local or property of the struct, value
    there: Expr | None = None  # of an array of pointers: whether element `index` is not null
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused(Placed):
    """Bytes written as zeros and skipped on load (VMSTATE_UNUSED)."""

    length: Expr
    since: int = 0
    condition: Expr | Extern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate(Placed):
    """No bytes: a rule checked at this point, on load and on save (VMSTATE_VALIDATE).

    `is_load_only`: on load alone.
    """

    condition: Expr
    message: str
    is_load_only: bool = False


Step: TypeAlias = Field | Unused | Validate


@dataclass(frozen=True, slots=True, kw_only=True)
class Local(Placed):
    """Known to both sides and never sent. `checks`: what the program guarantees of it."""

    name: str
    type: Type
    default: Expr | None = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Placed):
    """Set when the machine is built; never sent. `default` may read earlier properties.

    `checks`: what the program guarantees of it, which neither load nor save looks at again.
    """

    name: str
    type: Type
    default: Expr
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetDefinition(Placed):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class InstanceId:
    """The number of a section among those of one name; `alias`: one that it is found by too.

    QEMU's `vmstate_register_with_alias_id`: older versions sent the alias.
    """

    number: int
    alias: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description(Placed):
    """One concept on the wire: a device, struct or subsection."""

    role: Role
    name: str  # in the language: "pio_state"
    wire_name: str  # on the wire: "ide_drive/pio_state"
    other_names: tuple[str, ...] = ()  # of sections with the same layout
    instances: tuple[InstanceId, ...] = ()  # of its sections; none: any number
    version_id: int = 1
    minimum_version_id: int = 1
    needed: Expr | Extern | None = None
    unmigratable: bool = False
    locals: tuple[Local, ...] = ()
    properties: tuple[Property, ...] = ()
    lets: tuple[LetDefinition, ...] = ()
    hooks: tuple[Hook, ...] = ()
    hook_sets: tuple[HookSets, ...] = ()  # of the hooks that say what they set
    steps: tuple[Step, ...] = ()  # in wire order
    subsections: tuple["Description", ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(step for step in self.steps if isinstance(step, Field))

    @property
    def wire_names(self) -> tuple[str, ...]:
        """All names that its section can have."""
        return (self.wire_name, *self.other_names)

    @property
    def accepted_instances(self) -> frozenset[int] | None:
        """The instance ids that find a section of it (`find_se` in QEMU's `migration/savevm.c`);
        None: any."""
        if not self.instances:
            return None
        aliases = {each.alias for each in self.instances if each.alias is not None}
        return frozenset({each.number for each in self.instances} | aliases)

    def accepts_instance(self, number: int) -> bool:
        """Whether a section with this instance id can be its own."""
        accepted = self.accepted_instances
        return accepted is None or number in accepted

    def find_unknown_instances(self, receiver: "Description") -> tuple[int, ...]:
        """The instance ids of its sections that a receiver does not find."""
        return tuple(
            each.number for each in self.instances if not receiver.accepts_instance(each.number)
        )

    def find_set_places(self, hook: Hook) -> tuple[SetPlace, ...] | None:
        """What a hook of this body changes; None: it does not say."""
        return next((each.places for each in self.hook_sets if each.hook is hook), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumMember(Placed):
    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumDefinition(Placed):
    """`is_flags`: any union of the members; else exactly one of them."""

    name: str
    scalar: str
    members: tuple[EnumMember, ...]
    is_flags: bool = False

    @property
    def zero(self) -> int:
        """No flag; the member 0, else the first."""
        values = [member.value for member in self.members]
        return 0 if self.is_flags or 0 in values else values[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Const(Placed):
    name: str
    value: int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Placed):
    """`path` is a device or struct, then property names down to one property."""

    path: tuple[str, ...]
    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Placed):
    """`settings` are this machine's own; `extends` names the machine it builds on."""

    name: str
    extends: str | None = None
    settings: tuple[Setting, ...] = ()


Definition: TypeAlias = Const | EnumDefinition | Description | Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFile:
    """One .vmsd file of a schema: its own definitions, in order, and the files it imports."""

    source: SourceFile = field(compare=False, repr=False)
    imports: tuple[str, ...] = ()  # paths, as `SourceFile.path` gives them
    definitions: tuple[Definition, ...] = ()

    @property
    def path(self) -> str:
        return self.source.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A file and all it imports, imported ones first; the last file is the one asked for."""

    files: tuple[SchemaFile, ...]
    descriptions: Mapping[str, Description]  # devices and structs of all files by name
    enums: Mapping[str, EnumDefinition]
    consts: Mapping[str, Const]
    machines: Mapping[str, Machine]
