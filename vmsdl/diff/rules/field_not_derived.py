"""A field is sent now that was worked out or known before: a `let` or a `local` had its name.

Older streams do not have its bytes, and older programs do not expect them.

    before    let pending = level != 0;  level: u8;
    after     level: u8;  pending: bool;

Put it into a subsection, sent only where it is not what the formula gave.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import into_subsection
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.SENT):
        for new in change.new:
            assert isinstance(new, Field)
            is_gated = pair.is_versioned and new.since > pair.old.description.version_id
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` is sent now, and was worked out or known to both sides before",
                moves=not is_gated,
                is_version=is_gated,
                help="put it into a subsection, sent only where it is not what the formula gave",
                remedies=into_subsection(pair, new),
            )


RULE = Rule(slug="field-not-derived", mirror="field-now-derived", find=find)
