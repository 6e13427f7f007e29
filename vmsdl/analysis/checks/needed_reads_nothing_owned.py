"""A `needed` that reads no state of its object, only values that others set."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Declared, UseRole, find_uses
from vmsdl.analysis.references import Resolver, find_embeddings
from vmsdl.diagnostics.codes import NEEDED_READS_NOTHING_OWNED
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.expr.nodes import Member
from vmsdl.schema.description import Local, Schema


def needed_reads_nothing_owned(schema: Schema) -> Iterator[Diagnostic]:
    given = {(e.struct.name, name) for e in find_embeddings(schema) for name, _ in e.field.bindings}
    resolver = Resolver(schema)
    for use in find_uses(schema):
        if use.role is not UseRole.NEEDED or use.ranges.decide(use.expression) is not None:
            continue  # a constant predicate is reported by another check
        root = (use.body, *use.body.owners)[-1].description
        reads: list[tuple[Member, Declared]] = []
        for part in use.parts:
            declared = resolver.find_declaration(use.body, part)
            if isinstance(part, Member) and declared is not None:
                reads.append((part, declared))
        if all(_is_given(root.name, declared, given) for _, declared in reads):
            names = ", ".join(sorted({f"`{part.name}`" for part, _ in reads}))
            yield use.body.make_diagnostic(
                NEEDED_READS_NOTHING_OWNED,
                use.expression.span,
                f"`needed` reads no state of `{root.name}`",
                f"set where `{root.name}` is embedded: {names}" if names else "",
                also=tuple(
                    Label(d.name_span, "set from outside")
                    for d in {id(d): d for _, d in reads}.values()
                ),
                help="make the condition depend on the state in the subsection",
            )


def _is_given(root: str, declared: Declared, given: set[tuple[str, str]]) -> bool:
    return isinstance(declared, Local) and (root, declared.name) in given
