"""The minimum was lowered, and no field says what the older layouts are without.

Streams older than what was read before are accepted now, and read as if they were new: refused at
their end, or taken for other values. Between the two versions nothing changes.

    before    device d version 3 minimum 2 { a: u8; b: u8; }
    after     device d version 3 minimum 1 { a: u8; b: u8; }

Say of each field since when it is there; or leave the minimum.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.versions import gates_in


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    is_lowered = pair.is_top and after < before and other.version_id >= before
    if is_lowered and not gates_in(pair, after, before):
        yield edited_body(
            pair,
            f"minimum {before} became {after}: nothing describes the layouts before {before}",
            help="say `since` of what the older streams do not have, or leave the minimum",
        )


RULE = Rule(
    slug="minimum-lowered-uncovered", number="VM114", mirror="minimum-raised-covered", find=find
)
