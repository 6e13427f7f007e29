"""A field of a subsection has another default, and the subsection can be left out.

It is left out where the field is as after reset, and the receiver goes on from its own default:
what meant the old one to the sender is the new one there.

    before    subsection tray version 1 needed level != 0 { level: u8; }
    after     subsection tray version 1 needed level != 7 { level: u8 = 7; }

Leave the default, and set the field where the device is made.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.rule import Rule
from vmsdl.expr.text import words
from vmsdl.schema.description import Field, Role


def find(pair: Pair) -> Iterator[Edit]:
    body = pair.new.description
    if body.role is not Role.SUBSECTION:
        return
    for old, new in pair.kept:
        if old.default != new.default and not new.since and new.condition is None:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` is {_said(new)} where `{body.name}` is not sent, and was "
                f"{_said(old)}",
                help="leave the default, and set the field where the device is made",
                remedies=as_before(old, new),
            )


def _said(field: Field) -> str:
    return "zero" if field.default is None else words(field.default)


RULE = Rule(
    slug="omission-default-changed",
    number="VM510",
    mirror="omission-default-changed",
    find=find,
)
