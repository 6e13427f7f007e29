"""The loaders that may take a subsection that is not theirs.

After the fields of any description, QEMU's loader looks at the next bytes. If they are a subsection
header whose name begins with the name of the description, it loads it as its own subsection
(vmstate_subsection_load in migration/vmstate.c).
"""

from collections.abc import Iterator
from dataclasses import field
from typing import TypeAlias

from vmsdl.expr.nodes import Literal
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Role, Schema, Step, Unused, Validate
from vmsdl.schema.types import Array, Bytes, Opaque, StructType, Type


@dataclass(frozen=True, slots=True, eq=False)
class Lookahead:
    """A loader that looks at the next bytes. `is_certain`: whenever its holder is sent."""

    description: Description
    holder: Field | Description  # the field or the earlier subsection of the body
    is_certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class LookaheadConflict:
    """A subsection, and an earlier loader whose name is a proper prefix of the subsection's.

    `is_adjacent`: nothing that is always sent is between them.
    """

    subsection: Description
    earlier: Lookahead
    is_adjacent: bool


# By wire name. Of two loaders with one name it does not matter which takes the bytes.
Loaders: TypeAlias = dict[str, Lookahead]


@dataclass(frozen=True, slots=True, eq=False)
class LookaheadFinder:
    """Finds the loaders that look at the bytes right after a field or a description."""

    schema: Schema
    _results: dict[str, dict[str, tuple[Description, bool]]] = field(default_factory=dict)

    def find_conflicts(self, description: Description) -> Iterator[LookaheadConflict]:
        """Every subsection that an earlier loader takes, or can take, for its own."""
        active = self.find_after_fields(description)
        passed: Loaders = {}
        for subsection in description.subsections:
            name = subsection.wire_name
            for end in range(1, len(name)):
                for is_adjacent, loaders in ((True, active), (False, passed)):
                    if name[:end] in loaders:
                        yield LookaheadConflict(subsection, loaders[name[:end]], is_adjacent)
            is_sent = is_always_sent(subsection)
            if is_sent:
                passed |= active
                active = {}
            for wire_name, (each, is_certain) in self._find_after(subsection).items():
                active[wire_name] = Lookahead(each, subsection, is_sent and is_certain)

    def find_after_fields(self, description: Description) -> Loaders:
        """The loaders after the fields of a body: of all fields that can be the last one sent."""
        found: Loaders = {}
        is_last = True
        for step in reversed(description.steps):
            if isinstance(step, Field):
                always = is_last and not can_send_nothing(step, description)
                for wire_name, (each, is_certain) in self.find_after_type(step.type).items():
                    found.setdefault(wire_name, Lookahead(each, step, always and is_certain))
            if not can_send_nothing(step, description):
                break
            is_last = is_last and isinstance(step, Validate)
        return found

    def find_after_type(self, of: Type) -> dict[str, tuple[Description, bool]]:
        """The loaders after a value of a type, by wire name. True: in every state."""
        struct = find_last_struct(of)
        if struct is None or struct.name not in self.schema.descriptions:
            return {}
        for each in self._order_inner_first(struct.name):
            self._results[each] = self._find_after(self.schema.descriptions[each])
        return self._results[struct.name]

    def _find_after(self, description: Description) -> dict[str, tuple[Description, bool]]:
        """The loaders after a description: its own, of its last fields, of its subsections."""
        is_alone = not any(is_always_sent(each) for each in description.subsections)
        found = {description.wire_name: (description, True)}
        for wire_name, each in self.find_after_fields(description).items():
            found.setdefault(wire_name, (each.description, each.is_certain and is_alone))
        for subsection in description.subsections:
            for wire_name, (inner, _) in self._find_after(subsection).items():
                found.setdefault(wire_name, (inner, False))
        return found

    def _order_inner_first(self, name: str) -> Iterator[str]:
        """The structs without a result that are last in one another, inner ones first."""
        stack = [(name, False)]
        seen = {name}
        while stack:
            each, is_done = stack.pop()
            if each in self._results:
                continue
            if is_done:
                yield each
                continue
            stack.append((each, True))
            for body in _walk_bodies(self.schema.descriptions[each]):
                for step in body.fields:
                    struct = find_last_struct(step.type)
                    if (
                        struct
                        and struct.name in self.schema.descriptions
                        and struct.name not in seen
                    ):
                        seen.add(struct.name)
                        stack.append((struct.name, False))


def is_always_sent(subsection: Description) -> bool:
    return isinstance(subsection.needed, Literal) and subsection.needed.value is True


def is_gated(step: Field | Unused, description: Description) -> bool:
    """Whether the step can be absent. An embedded struct always has its own version."""
    is_struct = description.role is Role.STRUCT
    oldest = description.version_id if is_struct else description.minimum_version_id
    return step.condition is not None or step.since > oldest


def _walk_bodies(description: Description) -> Iterator[Description]:
    yield description
    for subsection in description.subsections:
        yield from _walk_bodies(subsection)


def find_last_struct(of: Type) -> StructType | None:
    """The struct whose bytes are the last of the type. A list is none: it ends with a 00."""
    match of:
        case StructType():
            return of
        case Array(element=element):
            return find_last_struct(element)
        case _:
            return None


def can_send_nothing(step: Step, description: Description) -> bool:
    """Whether the step sends no bytes in some state."""
    match step:
        case Validate():
            return True
        case Unused(length=length):
            return is_gated(step, description) or not _is_positive(length)
        case Field(type=type_):
            return is_gated(step, description) or _can_be_empty(type_)


def _can_be_empty(of: Type) -> bool:
    match of:
        case Array(element=element, count=count):
            return not _is_positive(count) or _can_be_empty(element)
        case Bytes(length=length):
            return not _is_positive(length)
        case Opaque(length=length):
            return length is None or not _is_positive(length)
        case _:
            return False


def _is_positive(length: object) -> bool:
    return isinstance(length, Literal) and length.value > 0
