"""Locals, lets and properties that nothing reads."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies, find_name_span
from vmsdl.analysis.references import find_read_members
from vmsdl.diagnostics.codes import UNUSED_LET, UNUSED_LOCAL, UNUSED_PROPERTY
from vmsdl.diagnostics.diagnostic import Code, Diagnostic
from vmsdl.schema.description import LetDefinition, Local, Property, Schema


def unused_members(schema: Schema) -> Iterator[Diagnostic]:
    read, lets = find_read_members(schema)
    for body in find_bodies(schema):
        for let in body.description.lets:
            if let.name not in lets:
                yield _report_unread(body, UNUSED_LET, "let", let)
        if _has_hooks(body):
            continue  # a hook's code can read what the schema does not
        for local in body.description.locals:
            if id(local) not in read:
                yield _report_unread(body, UNUSED_LOCAL, "local", local)
        for each in body.description.properties:
            if id(each) not in read:
                yield _report_unread(body, UNUSED_PROPERTY, "property", each)


def _report_unread(
    body: CheckedBody, code: Code, word: str, of: Local | LetDefinition | Property
) -> Diagnostic:
    return body.make_diagnostic(
        code,
        find_name_span(of),
        f"unused {word} `{of.name}`",
        help="remove it, or use it",
    )


def _has_hooks(body: CheckedBody) -> bool:
    below = [body.description]
    for description in below:
        below += description.subsections
    return any(d.hooks for d in below) or any(o.description.hooks for o in body.owners)
