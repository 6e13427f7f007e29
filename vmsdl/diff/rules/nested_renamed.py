"""An embedded struct has another name on the wire, and so have its subsections."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top or one.wire_name == other.wire_name:
        return
    if one.subsections or other.subsections:
        yield edited_body(pair, f'"{one.wire_name}" is called "{other.wire_name}" now')


RULE = Rule(slug="nested-renamed", find=find)
