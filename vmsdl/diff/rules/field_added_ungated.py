"""A field was added, and no version asks for it.

Older streams do not have its bytes, and older programs do not expect them: what follows is read
from the wrong place, and the end of the section refuses the stream.

    before    error: u8;
    after     error: u8;  extra: u8;

Put it into a subsection with a `needed` that is seldom true.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import into_subsection
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        if not new.since and new.condition is None:
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added, and nothing says which streams have it",
                moves=True,
                help="put it into a subsection, sent only where it is needed",
                remedies=into_subsection(pair, new),
            )


RULE = Rule(slug="field-added-ungated", number="VM201", mirror="field-removed", find=find)
