"""A rule finds one kind of edit between two descriptions; a family is one file of rules.

The slug of a rule is its name everywhere: in output, in `vmsdl explain`, as a heading of its
family's Markdown file, and as its fixture in `tests/corpus/diff/`.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.explanations import read_explanation
from vmsdl.records import dataclass

Finder: TypeAlias = Callable[[Pair], Iterator[Edit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` yields the edits of a pair that this rule explains.

    `mirror`: the rule that reports the same change with old and new swapped. `waiver`: why there is
    none. `page`: the Markdown file that explains it.
    """

    slug: str
    find: Finder
    page: str
    mirror: str = ""
    waiver: str = ""

    @property
    def title(self) -> str:
        """The first paragraph of the long form, on one line."""
        return self.text.partition("\n\n")[0].replace("\n", " ")

    @property
    def text(self) -> str:
        """The long form, for `vmsdl explain` and SARIF."""
        return read_explanation(self.page, self.slug)


class Family:
    """The rules of one file, in the order in which they are written there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.page = f"diff/rules/{name}.md"
        self.rules: list[Rule] = []

    def rule(self, slug: str, *, mirror: str = "", waiver: str = "") -> Callable[[Finder], Finder]:
        """Register the decorated function as the rule `slug`."""

        def register(find: Finder) -> Finder:
            self.add(slug, find, mirror=mirror, waiver=waiver)
            return find

        return register

    def add(self, slug: str, find: Finder, *, mirror: str = "", waiver: str = "") -> None:
        self.rules.append(Rule(slug, find, self.page, mirror, waiver))

    def add_elsewhere(self, slug: str, *, mirror: str = "", waiver: str = "") -> None:
        """Register a slug whose findings do not come from a pair of descriptions."""
        self.add(slug, reported_elsewhere, mirror=mirror, waiver=waiver)


def reported_elsewhere(pair: Pair) -> Iterator[Edit]:
    """For slugs whose findings do not come from a pair of descriptions."""
    yield from ()
