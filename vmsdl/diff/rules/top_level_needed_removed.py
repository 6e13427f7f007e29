"""The whole section is always sent now.

Between programs that know it nothing is refused. Those that do not know it refuse every stream now,
and not only some.

    before    device card version 1 needed level != 0 { level: u8; }
    after     device card version 1 { level: u8; }

Keep the condition for as long as such programs are about.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and one.needed is not None and other.needed is None:
        yield edited_body(
            pair,
            "the section is always sent now",
            moves=True,
            help="keep the condition while programs are about that do not know the section",
        )


RULE = Rule(slug="top-level-needed-removed", mirror="top-level-needed-added", find=find)
