"""A rule finds one kind of edit in a pair of descriptions; a family is one file of rules.

The slug of a rule is its name everywhere: in reports, in `vmsdl explain`, as a heading in the
Markdown file of its family, and as its fixture in `tests/corpus/diff/`.
"""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.explanations import read_explanation
from vmsdl.records import dataclass

Finder: TypeAlias = Callable[[Pair], Iterator[Edit]]

SELF = "the rule itself"  # as a mirror


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` yields the edits of a pair that this rule explains.

    `mirror`: the rule that reports the same change with old and new swapped. `waiver`: the reason
    why there is none. `page`: the Markdown file that explains the rule.
    """

    slug: str
    find: Finder
    page: str
    mirror: str = ""
    waiver: str = ""

    @property
    def title(self) -> str:
        """The first paragraph of the explanation, on one line."""
        return self.text.partition("\n\n")[0].replace("\n", " ")

    @property
    def text(self) -> str:
        """The explanation, for `vmsdl explain` and SARIF."""
        return read_explanation(self.page, self.slug)


class RuleRow(Protocol):
    """A rule as a row of a table: the rules of one table differ in values only."""

    @property
    def slug(self) -> str: ...

    @property
    def mirror(self) -> str: ...

    def find(self, pair: Pair) -> Iterator[Edit]: ...


class Family:
    """The rules of one file. Reports show their findings in the order of the file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.page = f"diff/rules/{name}.md"
        self.rules: list[Rule] = []

    def rule(self, slug: str, *, mirror: str = "", waiver: str = "") -> Callable[[Finder], Finder]:
        """Add the decorated function as the rule `slug`."""

        def add(find: Finder) -> Finder:
            self._add(slug, find, mirror=mirror, waiver=waiver)
            return find

        return add

    def add_rows(self, *rows: RuleRow) -> None:
        for row in rows:
            self._add(row.slug, row.find, mirror=row.mirror)

    def add_elsewhere(self, slug: str, *, mirror: str = "", waiver: str = "") -> None:
        """Add a rule whose findings do not come from a pair of descriptions."""
        self._add(slug, find_nothing, mirror=mirror, waiver=waiver)

    def _add(self, slug: str, find: Finder, *, mirror: str = "", waiver: str = "") -> None:
        mirror = slug if mirror == SELF else mirror
        self.rules.append(Rule(slug, find, self.page, mirror, waiver))


def find_nothing(pair: Pair) -> Iterator[Edit]:
    """For rules whose findings are reported elsewhere."""
    yield from ()
