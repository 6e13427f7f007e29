"""A hook was added or removed. What it does is code that no schema shows.

A hook can refuse a stream, mend it, or work out what was not sent: no verdict that depends on it is
certain.

    before    level: u8;
    after     hook post_load;  level: u8;

Read the code of the hook for states that the other version saves.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    before, after = pair.old.description.hooks, pair.new.description.hooks
    for hooks, others, word in ((after, before, "new"), (before, after, "gone")):
        for hook in hooks:
            if hook not in others and hook not in pair.told_hooks:
                yield edited_body(
                    pair,
                    f"the hook `{hook.value}` is {word}",
                    help="read its code for states that the other version saves",
                )


RULE = Rule(slug="hook-changed", number="VM713", mirror="hook-changed", find=find)
