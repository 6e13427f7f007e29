"""A field has another default: what it holds where nothing was sent.

Streams that do not have the field load as another value than they used to: those of older versions
where it has a `since`, any where it has an `if`.

    before    base_year: u16 since 2 = 1900;
    after     base_year: u16 since 2 = 2000;

Leave the default, and set the field where the device is made.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import old_default
from vmsdl.diff.layout.settings import default_words
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field, Role


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        before, after = default_words(old, pair.old.schema), default_words(new, pair.new.schema)
        is_said = old.default is not None or new.default is not None
        is_own = old.equal or old.bounded or new.equal or new.bounded
        if before == after or not is_said or is_own:
            continue
        if pair.new.description.role is Role.SUBSECTION and not new.since and not new.condition:
            continue  # what a subsection leaves out is told by `omission-default-changed`
        yield edited(
            pair,
            old,
            new,
            f"`{new.name}` begins as {after} {_where(pair, new)}, and began as {before}",
            help="leave the default, and set the field where the device is made",
            remedies=old_default(new, before),
        )


def _where(pair: Pair, field: Field) -> str:
    if field.condition is not None:
        return "where it is not sent"
    oldest = pair.new.description.minimum_version_id
    if pair.is_versioned and field.since > oldest:
        last = field.since - 1
        which = f"version {last}" if last == oldest else f"versions {oldest} to {last}"
        return f"in streams of {which}"
    return "where nothing is loaded"


RULE = Rule(slug="gated-default-changed", number="VM709", mirror="gated-default-changed", find=find)
