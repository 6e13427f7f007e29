"""The minimum was lowered, and fields say since when they are there.

Streams older than what was read before load now. Between the two versions nothing changes.

    before    device d version 3 minimum 2 { a: u8; b: u8; }
    after     device d version 3 minimum 1 { a: u8; b: u8 since 2; }

Try it with a stream that such a program wrote: `vmsdl stream check`.
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
    if is_lowered and gates_in(pair, after, before):
        yield edited_body(
            pair,
            f"minimum {before} became {after}: older streams load now",
            help="try it with a stream of such a version",
        )


RULE = Rule(slug="minimum-lowered-covered", mirror="minimum-raised-covered", find=find)
