"""A field was added that is there under a condition.

Where the condition does not hold, the streams are what they were. Where it does, the other side
knows nothing of the bytes, and the end of the section refuses the stream.

    before    features: u32;
    after     features: u32;  queue: u8 if features & 1 != 0;

Right where the condition asks for what older programs never have: a version that travels in the
stream, or a property that is off for older machine types. Else put the field into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.versions import is_asked
from vmsdl.expr.nodes import Extern
from vmsdl.expr.text import words


def find(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        if not new.since and new.condition is not None:
            test = "extern" if isinstance(new.condition, Extern) else words(new.condition)
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added, there if `{test}`",
                moves=True,
                is_version=is_asked(pair, new),
                help="put it into a subsection, unless older programs never meet the condition",
            )


RULE = Rule(slug="field-added-tested", mirror="field-removed", find=find)
