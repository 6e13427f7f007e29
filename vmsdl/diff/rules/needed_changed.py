"""The condition under which a subsection is sent is said otherwise.

Either it holds in the same cases, which is harmless, or it could not be found out how the two
compare: then look where the subsection is not sent any more, and what is lost there.

    before    needed level > 1
    after     needed not (level == 0 or level == 1)

The receiver takes it whenever it comes.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import WORDS, said
from vmsdl.diff.rules.needed import needed_change, sent_now
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and needed_change(pair, old, new) == RULE.slug:
            how = WORDS[sent_now(pair, old, new)]
            yield edited_subsection(
                pair, old, new, f"subsection `{new.name}` is sent {how}: {said(new.needed)}"
            )


RULE = Rule(slug="needed-changed", mirror="needed-changed", find=find)
