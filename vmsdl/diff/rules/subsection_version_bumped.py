"""The version of a subsection was raised.

It stands on the wire: a program of the old version refuses the subsection as too new, wherever it
is sent. Streams of the old version load.

    before    subsection error version 1 needed status != 0 { status: i32; }
    after     subsection error version 2 minimum 1 needed status != 0 {
                  status: i32;  sector: i64 since 2; }

A further subsection, sent only where the new field matters, leaves more ways back.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_version
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or new.minimum_version_id > old.version_id:
            continue
        if new.version_id > old.version_id:
            asked = [f"`{f.name}`" for f in new.fields if old.version_id < f.since]
            why = " for " + " and ".join(asked) if asked else ", and no field asks for it"
            yield edited_subsection(
                pair,
                old,
                new,
                f"subsection `{new.name}` was version {old.version_id}, and is {new.version_id}"
                f"{why}",
                help=(
                    "a subsection of its own for what is new leaves more ways back"
                    if asked
                    else "a bump buys nothing, and costs the way back: take the number back"
                ),
                remedies=() if asked else with_version(new, old.version_id, old.minimum_version_id),
            )


RULE = Rule(
    slug="subsection-version-bumped",
    number="VM514",
    mirror="subsection-version-lowered",
    find=find,
)
