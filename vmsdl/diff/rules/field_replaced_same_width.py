"""Another name stands in the place of a field, as wide, and nothing says that it is the same.

On the wire there are no names: the bytes of one are read as the other. Whether that is a rename or
another quantity no layout can tell.

    before    data_in_ready: u32;
    after     data_ready: u32;

Say `data_ready: u32 formerly data_in_ready;` where it is a rename. Where it is not, leave
`unused[4];` in the old place and put the new field into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import say_formerly
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.REPLACED):
        if len(change.old) > 1 or len(change.new) > 1:
            continue  # `field-split`, `fields-merged`
        old, new = change.old[0], change.new[0]
        assert isinstance(old, Field)
        assert isinstance(new, Field)
        yield edited(
            pair,
            old,
            new,
            f"`{new.name}` stands where `{old.name}` stood: is it the same?",
            moves=True,
            help=f"say `formerly {old.name}` where it is; else leave `unused` bytes in the place",
            remedies=say_formerly([new], [old]),
        )


RULE = Rule(
    slug="field-replaced-same-width",
    number="VM214",
    mirror="field-replaced-same-width",
    find=find,
)
