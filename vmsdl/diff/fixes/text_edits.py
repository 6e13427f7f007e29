"""Edits of the text of the new schema, which all fixes are made of.

A fix is a proposal: `verify_fixes` computes the verdicts after it, and drops it where it makes
neither direction better. A schema without text, such as one made from a dump, gets no fixes.
"""

from collections.abc import Iterable, Iterator

from vmsdl.diff.report import ProposedFix, Replacement
from vmsdl.schema.description import Description, Field, Machine
from vmsdl.source import Span


def replace_text(title: str, span: Span, text: str) -> Iterator[ProposedFix]:
    """Replace a span of the new schema."""
    if span.source.text:
        yield ProposedFix(title=title, replacements=(Replacement(span, text),))


def insert_after(title: str, span: Span, text: str) -> Iterator[ProposedFix]:
    """Insert text behind a span of the new schema."""
    yield from replace_text(title, Span(span.source, span.end, span.end), text)


def find_body_end(body: Description | Machine) -> Span:
    """The empty span before the brace that closes a body."""
    end = body.span.end - 1
    text = body.span.source.text
    while end > body.span.start and text[end] != "}":
        end -= 1
    return Span(body.span.source, end, end)


def list_names(fields: Iterable[Field], separator: str = ", ") -> str:
    """The names of fields, for a message or a title."""
    return separator.join(f"`{field.name}`" for field in fields)
