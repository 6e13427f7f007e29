"""What a rule is: it sees two descriptions of one thing and tells what was edited."""

import sys
from collections.abc import Callable, Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`slug` is its name everywhere: its code, its file, its pair in the corpus. What it means, why
    it hurts and what to do about it is the docstring of its file.

    `number`: its row in the catalogue of changes. `mirror`: the rule that speaks where old and new
    are swapped; `waiver`: why none does.
    """

    slug: str
    find: Callable[[Pair], Iterator[Edit]]
    number: str = ""
    mirror: str = ""
    waiver: str = ""

    @property
    def module(self) -> str:
        return self.slug.replace("-", "_")

    @property
    def text(self) -> str:
        """The long form, for `vmsdl explain`."""
        module = sys.modules[f"{__package__}.{self.module}"]
        return (module.__doc__ or "").strip()


def spoken_elsewhere(pair: Pair) -> Iterator[Edit]:
    """For codes whose findings do not come from a pair of descriptions."""
    yield from ()
