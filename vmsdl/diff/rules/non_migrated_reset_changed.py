"""A local has another default. It is never sent: each side begins with its own.

After a load the device goes on from another value than it had. Where lengths or conditions read the
local, the two sides also read the same bytes otherwise.

    before    local fifo_size: u8 = 16;
    after     local fifo_size: u8 = 32;

Send what has to be the same on both ends, or make it a property that machine types set.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_member
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import old_default
from vmsdl.diff.layout.settings import default_words
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    before = {member.name: member for member in pair.old.description.locals}
    for new in pair.new.description.locals:
        old = before.get(new.name)
        if old is None:
            continue
        then, now = default_words(old, pair.old.schema), default_words(new, pair.new.schema)
        if then != now:
            yield edited_member(
                pair,
                old,
                new,
                f"`{new.name}` begins as {now}, began as {then}, and is never sent",
                help="make it a property, and let older machine types keep the old value",
                remedies=old_default(new, then),
            )


RULE = Rule(
    slug="non-migrated-reset-changed",
    number="VM710",
    mirror="non-migrated-reset-changed",
    find=find,
)
