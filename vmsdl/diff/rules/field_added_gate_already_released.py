"""A field was added since a version that is already out.

Streams of that version do not have it.
"""

from collections.abc import Iterator

from vmsdl.diff.rules.rule import Edit, Pair, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.fields:
        if old is None and new is not None and 0 < new.since <= pair.old.description.version_id:
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added since {new.since}, and version "
                f"{pair.old.description.version_id} is out without it",
                moves=True,
                help="raise the version and the gate, or put it into a subsection",
            )


RULE = Rule(slug="field-added-gate-already-released", find=find)
