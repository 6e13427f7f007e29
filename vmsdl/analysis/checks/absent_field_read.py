"""A length or `if` that reads a field which can be absent while the reader is sent."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.analysis.references import Resolver
from vmsdl.diagnostics.codes import ABSENT_FIELD_READ
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.expr.logic import collect_conjuncts
from vmsdl.expr.nodes import Expr, Extern, Member
from vmsdl.schema.description import Field, Schema, Unused


def absent_field_read(schema: Schema) -> Iterator[Diagnostic]:
    resolver = Resolver(schema)
    for use in find_uses(schema):
        reader = use.owner
        if not isinstance(reader, Field | Unused):
            continue
        if use.role not in (UseRole.LENGTH, UseRole.CONDITION):
            continue
        known = _collect_known(use, reader)
        seen: set[int] = set()
        for part in use.parts:
            declared = resolver.find_declaration(use.body, part)
            if not isinstance(declared, Field) or id(declared) in seen:
                continue
            if isinstance(part, Member) and _is_present(part, declared, reader, known, use):
                continue
            if not isinstance(part, Member):
                continue
            seen.add(id(declared))
            yield use.body.make_diagnostic(
                ABSENT_FIELD_READ,
                part.span,
                f"`{declared.name}` can be absent here: then each side reads its own old value",
                f"used by this {'length' if use.role is UseRole.LENGTH else 'condition'}",
                also=(Label(declared.name_span, "sent only under its own condition"),),
                help=f"add the condition of `{declared.name}` to this field",
            )


def _collect_known(use: Use, reader: Field | Unused) -> frozenset[Expr]:
    """What is true when a length of the reader is evaluated: the condition of the reader."""
    if reader.condition is None or isinstance(reader.condition, Extern):
        return frozenset()
    return collect_conjuncts(reader.condition)


def _is_present(
    part: Member, declared: Field, reader: Field | Unused, known: frozenset[Expr], use: Use
) -> bool:
    """Whether the field is sent whenever its reader is."""
    owner = (use.body, *use.body.owners)[part.up].description
    if isinstance(declared.condition, Extern):
        return False
    oldest = max(reader.since, owner.minimum_version_id) if part.up == 0 else 0
    if declared.since > max(oldest, owner.minimum_version_id):
        return False
    if declared.condition is None:
        return True
    return part.up == 0 and collect_conjuncts(declared.condition) <= known
