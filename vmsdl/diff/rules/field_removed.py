"""A field is gone, and its bytes with it.

Older streams still carry them, so every later field is read from the wrong place.

    before    irq_level: u8;
    after     (nothing)

Keep the bytes with `unused[1];`, or raise the minimum above the versions that had the field.
"""

from collections.abc import Iterator

from vmsdl.diff.rules.rule import Edit, Pair, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.fields:
        if old is not None and new is None:
            yield edited(
                pair,
                old,
                None,
                f"`{old.name}` was removed",
                moves=True,
                help="keep its place with `unused[…];`",
            )


RULE = Rule(slug="field-removed", find=find)
