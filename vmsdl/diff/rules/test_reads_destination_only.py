"""Whether a field is there is decided outside of the schema now.

Neither the stream nor a machine type says it: each end goes by its own host or build. No comparison
of schemas can tell whether the two agree.

    before    regs: u64[8];
    after     regs: u64[8] if extern;

Send what it hangs on before it and read that, or make it a property.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.gate_changes import test_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if test_change(pair, old, new) == RULE.slug:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was there {said(old.condition)}, and something outside of the "
                "schema decides now",
                moves=True,
                help="send before it what it hangs on, and say `if` that",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="test-reads-destination-only", number="VM411", mirror="test-removed", find=find)
