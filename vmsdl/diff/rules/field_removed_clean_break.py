"""A field is gone, and the minimum is past every version that had it.

Both programs refuse the other's streams, at the header: before anything of the device is
overwritten, and with a clear message. That is better than a field that is just gone, and still no
migration in either direction.

    before    device d version 1 { status: u8; irq_level: u8; }
    after     device d version 2 { status: u8; }

Keep the bytes with `unused[1];` and leave the version, and both directions stay open.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import keep_as_unused
from vmsdl.diff.rules.removal import Removal, removal
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    before, after = pair.old.description, pair.new.description
    for old in pair.removed:
        if removal(pair, old) is Removal.CLEAN_BREAK:
            minimum = after.minimum_version_id
            yield edited(
                pair,
                old,
                None,
                f"`{old.name}` was removed, and versions before {minimum} are not read any more",
                is_version=True,
                help="`unused` bytes in its place and the old version keep both directions open",
                remedies=keep_as_unused(
                    pair, old, version=(before.version_id, before.minimum_version_id)
                ),
            )


RULE = Rule(slug="field-removed-clean-break", number="VM206", mirror="version-lowered", find=find)
