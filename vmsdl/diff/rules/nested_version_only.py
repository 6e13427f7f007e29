"""The version of an embedded struct changed, and its fields did not.

It is not on the wire: nothing changes, and a `since` that asks for it would gate nothing.

    before    struct fifo version 1 { head: u8; }
    after     struct fifo version 2 minimum 1 { head: u8; }

Leave the number where it was.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Role


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = one.version_id, one.minimum_version_id
    after = other.version_id, other.minimum_version_id
    if pair.is_top or other.role is not Role.STRUCT or before == after:
        return
    if all(change.how is How.KEPT for change in pair.changes):
        yield edited_body(
            pair,
            f"`{other.name}` is {_words(*after)}, and was {_words(*before)}: it is not on the wire",
            help="leave the number where it was",
        )


def _words(version: int, minimum: int) -> str:
    return f"version {version}" if version == minimum else f"version {version} minimum {minimum}"


RULE = Rule(slug="nested-version-only", number="VM602", mirror="nested-version-only", find=find)
