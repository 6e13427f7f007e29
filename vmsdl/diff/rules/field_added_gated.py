"""A field was added together with a new version.

Older streams load, and it keeps its default. Older programs refuse every stream of the new version.

    before    device d version 1 { a: u8; }
    after     device d version 2 minimum 1 { a: u8; b: u8 since 2; }

A subsection with a `needed` would leave the way back open at most times.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import into_subsection
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        before, after = pair.old.description.version_id, pair.new.description.version_id
        if pair.is_versioned and before < new.since <= after:
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added since version {new.since}",
                is_version=True,
                help="a subsection with a `needed` would leave the way back open",
                remedies=into_subsection(pair, new, version=before),
            )


RULE = Rule(slug="field-added-gated", number="VM202", mirror="field-removed-bumped-only", find=find)
