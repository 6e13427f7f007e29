"""Fields that carry the version of an embedded struct, and what a sender writes into them.

An embedded struct has no version on the wire. Where it matters, its owner sends the version as a
field of its own: `pre_save` stores it, `with` gives it to the struct, and the struct reads it as
`min(version, …)`. ESP does so (`mig_version_id` in QEMU's `hw/scsi/esp.c`). What such a sender
writes is the version of the struct.
"""

from collections.abc import Iterator

from vmsdl.diff.matching.fields import Side
from vmsdl.expr.logic import make_comparison, make_literal
from vmsdl.expr.nodes import (
    Call,
    Expr,
    Extern,
    Function,
    IntValue,
    Let,
    Member,
    Operator,
    Version,
    children,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Hook, Unused, Validate
from vmsdl.schema.traverse import find_struct


@dataclass(frozen=True, slots=True)
class VersionCarrier:
    """A field, the version that it has, and the same as an assumption in words."""

    place: Expr
    version: Expr
    words: str

    @property
    def condition(self) -> Expr:
        """The field has the version."""
        return make_comparison(Operator.EQUAL, self.place, self.version)


def find_version_carriers(side: Side) -> list[VersionCarrier]:
    """The fields of the top body that carry a version."""
    top = side.description
    found: list[VersionCarrier] = []
    if Hook.PRE_SAVE not in top.hooks:
        return found
    names = {field.name for field in top.fields}
    for field in top.fields:
        struct = find_struct(field.type)
        if struct is None:
            continue
        inner = side.schema.descriptions[struct.name]
        version = inner.version_id if struct.version is None else struct.version
        for name, value in field.bindings:
            is_field = isinstance(value, Member) and value.up == 0 and value.name in names
            if not (is_field and isinstance(value, Member) and isinstance(value.type, IntValue)):
                continue
            if _is_used_as_version(inner, name):
                words = (
                    f"`{value.name}` is {version}, the version of `{inner.name}`: pre_save of the "
                    "owner stores it, and it is only used as `min(version, …)`"
                )
                found.append(VersionCarrier(value, make_literal(version), words))
    return found


def _is_used_as_version(body: Description, name: str) -> bool:
    """Every use of this local is `min(version, it)`."""
    uses = [use for e in find_expressions(body) for use in _find_uses(e, name)]
    return bool(uses) and all(uses)


def _find_uses(e: Expr, name: str) -> Iterator[bool]:
    """Each use of a member, by whether it is `min(version, it)`."""
    stack = [e]
    while stack:
        match stack.pop():
            case Let(value=value):
                stack.append(value)
            case Call(function=Function.MIN, arguments=arguments) if any(
                isinstance(a, Member) and a.name == name for a in arguments
            ):
                yield any(isinstance(a, Version) for a in arguments)
            case Member(name=own):
                if own == name:
                    yield False
            case part:
                stack += children(part)


def find_expressions(body: Description) -> Iterator[Expr]:
    """The conditions and bindings of a body and its subsections."""
    for step in body.steps:
        match step:
            case Field(condition=condition, checks=checks, bindings=bindings):
                if condition is not None and not isinstance(condition, Extern):
                    yield condition
                yield from (check.condition for check in checks)
                yield from (value for _, value in bindings)
            case Unused(condition=condition, length=length):
                yield length
                if condition is not None and not isinstance(condition, Extern):
                    yield condition
            case Validate(condition=condition):
                yield condition
    for sub in body.subsections:
        if sub.needed is not None and not isinstance(sub.needed, Extern):
            yield sub.needed
        yield from find_expressions(sub)
