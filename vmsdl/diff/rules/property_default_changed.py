"""A property has another default.

A machine type that does not set it has one value in the old version and another in the new, and
what the property guards or counts is there on one side alone.

    before    property x_reset: bool = false;
    after     property x_reset: bool = true;

Give every machine type that the old version knows the old value.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_member
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_setting
from vmsdl.diff.layout.settings import default_words, settings_of
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    body = pair.new.description.name
    before = {member.name: member for member in pair.old.description.properties}
    machines = [name for name in pair.new.schema.machines if name in pair.old.schema.machines]
    for new in pair.new.description.properties:
        old = before.get(new.name)
        if old is None:
            continue
        then, now = default_words(old, pair.old.schema), default_words(new, pair.new.schema)
        if then != now:
            path = (body, new.name)
            left = [name for name in machines if path not in settings_of(pair.new.schema, name)]
            yield edited_member(
                pair,
                old,
                new,
                f"the default of `{new.name}` is {now}, and was {then}",
                help="give every machine type that the old version knows the old value",
                remedies=with_setting(pair.new.schema, left, path, then),
            )


RULE = Rule(
    slug="property-default-changed",
    number="VM803",
    mirror="property-default-changed",
    find=find,
)
