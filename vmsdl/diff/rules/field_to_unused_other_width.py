"""Unused bytes stand where a field stood, but not as many, or not in the same streams.

What follows is read from the wrong place, and the end of the section refuses the stream.

    before    irq_level: u32;
    after     unused[1];

Leave as many bytes as the field took, under the gate that it had.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import listed, with_text
from vmsdl.diff.report import Remedy
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of, fields_of, is_in_place
from vmsdl.schema.description import Field
from vmsdl.schema.sizes import width_of
from vmsdl.source import Span


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.TO_UNUSED):
        if not is_in_place(pair, change):
            fields = fields_of(change.old)
            yield edited(
                pair,
                change.old,
                change.new,
                f"{listed(fields)} became {bytes_of(change.new)}, which is not its place",
                moves=True,
                help="leave as many bytes as it took, under the gate that it had",
                remedies=_as_many(pair, fields[0], change.new[0].span),
            )


def _as_many(pair: Pair, old: Field, place: Span) -> Iterator[Remedy]:
    width = width_of(old.type, pair.old.schema)
    if width is not None and old.condition is None:
        text = f"unused[{width}]{f' since {old.since}' if old.since else ''};"
        yield from with_text(f"make it `{text}`", place, text)


RULE = Rule(
    slug="field-to-unused-other-width",
    number="VM209",
    mirror="unused-to-field-other-width",
    find=find,
)
