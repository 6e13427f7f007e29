"""A field that must equal the receiver's own value has another default.

Where nobody configures it, each side has its own default, and refuses that of the other.

    before    config_size: u32 equal = 256;
    after     config_size: u32 equal = 4096;

Keep the old value on machine types that older versions know.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_comparison
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import old_default
from vmsdl.diff.layout.settings import default_words
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        is_compared = (old.equal and new.equal) or (old.bounded and new.bounded)
        before, after = default_words(old, pair.old.schema), default_words(new, pair.new.schema)
        if is_compared and before != after:
            yield edited_comparison(
                pair,
                old,
                new,
                f"the receiver's own `{new.name}` was {before} and is {after}",
                help="keep the old value on machine types that older versions know",
                remedies=old_default(new, before),
            )


RULE = Rule(
    slug="equal-constant-changed", number="VM703", mirror="equal-constant-changed", find=find
)
