"""The device is marked as not migratable.

A new program refuses to migrate while the device is there, before anything is sent, and runs on. It
does not load what older programs sent.

    before    device d version 1 { a: u8; }
    after     device d version 1 { unmigratable; a: u8; }

Say in the release notes that the device stands in the way of a migration now.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if other.unmigratable and not one.unmigratable:
        yield edited_body(pair, "it cannot be migrated any more", is_version=True)


RULE = Rule(slug="unmigratable-set", number="VM116", mirror="unmigratable-cleared", find=find)
