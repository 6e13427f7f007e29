"""A field was added together with a new version.

Older streams load, and it keeps its default. Older programs refuse every stream of the new version.
"""

from collections.abc import Iterator

from vmsdl.diff.rules.rule import Edit, Pair, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.fields:
        if (
            old is None
            and new is not None
            and pair.is_top
            and new.since > pair.old.description.version_id
        ):
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added since version {new.since}",
                is_version=True,
                moves=new.since > pair.new.description.version_id,
                help="a subsection with a `needed` would leave the way back open",
            )


RULE = Rule(slug="field-added-gated", find=find)
