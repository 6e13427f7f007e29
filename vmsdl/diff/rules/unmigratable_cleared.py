"""The device can be migrated now.

An older program cannot save it, and does not load what a new one sends.

    before    device d version 1 { unmigratable; a: u8; }
    after     device d version 1 { a: u8; }

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if one.unmigratable and not other.unmigratable:
        yield edited_body(pair, "it can be migrated now", is_version=True)


RULE = Rule(slug="unmigratable-cleared", number="VM117", mirror="unmigratable-set", find=find)
