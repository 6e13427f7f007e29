"""One description while its .vmsd is made: which member of the C state is which member there.

A path is a tuple of member names and element numbers from the C type that the description's
functions get: `("bus", 0, "ifs", 1, "status")`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import TypeAlias

from vmsdl.csource.descriptions import DescriptionFacts
from vmsdl.csource.properties import CProperty
from vmsdl.csource.values import CType
from vmsdl.qemu.identifiers import Names
from vmsdl.records import dataclass
from vmsdl.syntax import tree

StatePath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SentMember:
    """A field: its name in the schema, whether it is a bool, an array, or the struct inside."""

    name: str
    is_bool: bool = False
    is_indexed: bool = False
    is_number: bool = True
    inner: "Body | None" = None
    order: int = 0  # of its field in the description
    first: int = 0  # the number of the first element that is sent
    count: int | None = None  # of an array whose length is constant


@dataclass(frozen=True, slots=True)
class UnsentMember:
    """A local or property that stands for what the program knows and does not send."""

    name: str
    is_bool: bool
    declaration: tree.LocalDecl | tree.PropertyDecl
    # Where the owner of a struct finds its value: the steps out of the struct, and the path there.
    outer: tuple[str, StatePath, StatePath] | None = None
    property: CProperty | None = None
    path: StatePath | None = None  # where the C state has its value


@dataclass(slots=True)
class Body:
    """A description being written. `owner` is that of a subsection."""

    description: DescriptionFacts
    identifier: str
    state: str | None
    owner: "Body | None" = None
    names: Names = field(default_factory=lambda: Names(ignores_case=False))
    sent: dict[StatePath, list[SentMember]] = field(default_factory=dict)
    unsent: dict[str, UnsentMember] = field(default_factory=dict)
    members: list[tree.Member] = field(default_factory=list)
    subsections: list["Body"] = field(default_factory=list)
    needed: "tree.Expression | tree.ExternWord | None" = None
    hooks: list[tree.HookDecl] = field(default_factory=list)
    constants: dict[str, None] = field(default_factory=dict)  # files of constants that it uses
    inners: list["Body"] = field(default_factory=list)  # all structs that it embeds
    limit: int | None = None  # while a field is made: those from this one on are not read yet
    shadowing: set[str] = field(default_factory=set)  # names of fields of its subsections
    is_device: bool = False
    types: frozenset[str] = frozenset()  # the QOM types of a device

    def take_unsent_name(self, name: str) -> str:
        """A name for a local or property that no field of a subsection hides."""
        taken = self.names.take(name)
        while taken in self.shadowing:
            taken = self.names.take(name)
        return taken

    @property
    def root(self) -> "Body":
        """The device or struct that the description is in."""
        body = self
        while body.owner is not None:
            body = body.owner
        return body

    def find(self, path: StatePath) -> "tuple[tree.Expression, SentMember] | None":
        """The member at a path and how an expression of this body names it.

        Members of the owners of a subsection count, and those of its siblings.
        """
        body: Body | None = self
        while body is not None:
            found = body.find_own(path)
            if found is not None:
                return found
            for sibling in body.subsections if body.limit is None else ():
                inner = sibling.find_own(path)
                if inner is not None and sibling is not self:
                    return _select(make_use(sibling.identifier), inner)
            body = body.owner
        return None

    def find_own(self, path: StatePath) -> "tuple[tree.Expression, SentMember] | None":
        """The same among the members of this body, and of the structs that it embeds."""
        for length in range(len(path), -1, -1):
            for member in self.sent.get(path[:length], ()):
                if self.limit is None or member.order < self.limit:
                    found = _find_in(member, path[length:])
                    if found is not None:
                        return found
        return None

    def find_arrays(self, path: StatePath) -> "list[tuple[tree.Expression, SentMember]]":
        """The arrays that are sent at a path, for `any` and `all` over their elements."""
        found: list[tuple[tree.Expression, SentMember]] = []
        body: Body | None = self
        while body is not None:
            for sibling in (body, *(body.subsections if body.limit is None else ())):
                for member in sibling.sent.get(path, ()):
                    if member.is_indexed and (
                        sibling.limit is None or member.order < sibling.limit
                    ):
                        use = make_use(member.name)
                        if sibling is not body and sibling is not self:
                            use = prefix(make_use(sibling.identifier), use)
                        found.append((use, member))
            body = body.owner
        single = self.find(path)
        if single is not None and single[1].is_indexed:
            found.append(single)
        return found


def _find_in(member: SentMember, rest: StatePath) -> "tuple[tree.Expression, SentMember] | None":
    use: tree.Expression = make_use(member.name)
    if member.is_indexed:
        if not rest:
            return use, member
        index = rest[0]
        if not isinstance(index, int) or index < member.first:
            return None
        if member.count is not None and index - member.first >= member.count:
            return None
        use = tree.Index(value=use, index=make_number(index - member.first))
        rest = rest[1:]
        if not rest and member.inner is None:
            return use, SentMember(member.name, member.is_bool, is_number=member.is_number)
    if not rest:
        return use, member
    if member.inner is not None:
        inner = member.inner.find_own(rest)
        if inner is not None:
            return _select(use, inner)
    return None


def _select(
    outer: tree.Expression, inner: "tuple[tree.Expression, SentMember]"
) -> "tuple[tree.Expression, SentMember]":
    return prefix(outer, inner[0]), inner[1]


def prefix(outer: tree.Expression, inner: tree.Expression) -> tree.Expression:
    """`inner`, a path from a struct's own members, as a path from `outer`."""
    match inner:
        case tree.NameUse(name=name) | tree.SelfMember(name=name):
            return tree.Attribute(value=outer, name=tree.Name(text=name))
        case tree.Attribute(value=value, name=attribute):
            return tree.Attribute(value=prefix(outer, value), name=attribute)
        case tree.Index(value=value, index=index):
            return tree.Index(value=prefix(outer, value), index=index)
    raise AssertionError(f"no path: {inner}")


_RESERVED = frozenset(
    ("if", "then", "else", "and", "or", "not", "true", "false", "extern", "version", "index")
)


def make_use(name: str) -> tree.Expression:
    """A use of a member: words that mean something in expressions are written `self.word`."""
    return tree.SelfMember(name=name) if name in _RESERVED else tree.NameUse(name=name)


def make_number(value: int) -> tree.Expression:
    if value < 0:
        return tree.UnaryExpr(operator="-", operand=make_number(-value))
    return tree.IntegerLiteral(value=value, text=str(value))


def make_path(tokens: Sequence[str], values: Iterator[int | None]) -> StatePath | None:
    """The path of tokens `a . b [ N ] . c`; `values` evaluates each index in turn."""
    path: list[str | int] = []
    depth = 0
    for token in tokens:
        if token == "[":
            if depth == 0:
                value = next(values, None)
                if value is None:
                    return None
                path.append(value)
            depth += 1
        elif token == "]":
            depth -= 1
        elif depth == 0 and token.isidentifier():
            path.append(token)
    return tuple(path)


def is_bool_type(type_: CType | None) -> bool:
    return type_ is not None and type_.words[-1:] == ("bool",) and not type_.pointers
