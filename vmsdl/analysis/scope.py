"""The place of an expression, and the names that are visible there."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from vmsdl.analysis.symbols import DeclaredBody, Symbols
from vmsdl.expr.nodes import Variable
from vmsdl.records import dataclass
from vmsdl.syntax import tree


@dataclass(frozen=True, slots=True)
class Scope:
    """The body of an expression, and what else it may name."""

    body: DeclaredBody | None = (
        None  # None: between the items of a file, where there are only constants
    )
    has_index: bool = False  # in a `with`
    variables: Mapping[str, Variable] = field(default_factory=dict)

    def has_member(self, name: str) -> bool:
        """Whether the body or one of its owners has such a member."""
        bodies = self.body.iterate_outwards() if self.body else ()
        return any(name in body.members for body in bodies)

    def find_hidden_subsection(self, name: str) -> DeclaredBody | None:
        """The subsection around the expression that a member of its own name hides."""
        bodies = list(self.body.iterate_outwards()) if self.body else []
        for body in bodies:
            if body.owner is not None and name == body.decl.name.text and name in body.members:
                return body
        return None

    def list_member_names(self) -> Iterator[str]:
        for body in self.body.iterate_outwards() if self.body else ():
            yield from body.members

    def list_visible_names(self, symbols: Symbols) -> Iterator[str]:
        """Every name that could be used here."""
        yield from self.variables
        yield from self.list_member_names()
        for name, decl in symbols.names.items():
            if isinstance(decl, tree.ConstDecl | tree.EnumDecl):
                yield name

    def is_out_of_reach(self, name: str, symbols: Symbols) -> bool:
        """Whether other bodies have a member of this name, which an embedded struct cannot see."""
        is_in_struct = self.body is not None and self.body.is_in_struct
        return is_in_struct and name in symbols.member_names
