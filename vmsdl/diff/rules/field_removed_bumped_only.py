"""A field is gone and the version changed with it, and the minimum did not.

Streams of the old version are still accepted by their header, and then read from the wrong place:
they are refused at their end, with the device half loaded. Older programs refuse the new version,
whatever it holds.

    before    device d version 1 { status: u8; irq_level: u8; }
    after     device d version 2 minimum 1 { status: u8; }

Keep the bytes with `unused[1];` and leave the version; or raise the minimum as well, for a clean
break. A field that was taken back together with its version is refused at the header.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import keep_as_unused
from vmsdl.diff.rules.removal import Removal, removal
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    for old in pair.removed:
        if removal(pair, old) is Removal.VERSIONED:
            is_raised = other.version_id > one.version_id
            yield edited(
                pair,
                old,
                None,
                f"`{old.name}` was removed, and version {one.version_id} became {other.version_id}",
                moves=is_raised,
                is_version=True,
                help="keep its place with `unused[…];` and leave the version",
                remedies=keep_as_unused(
                    pair, old, version=(one.version_id, one.minimum_version_id)
                ),
            )


RULE = Rule(
    slug="field-removed-bumped-only", number="VM207", mirror="field-added-ungated", find=find
)
