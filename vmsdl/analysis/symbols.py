"""From a program to its symbols: the declaration of each name, and the members of each body."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from vmsdl.analysis.load import LoadedProgram
from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import DUPLICATE_DEFINITION, DUPLICATE_MACHINE, DUPLICATE_MEMBER
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.records import dataclass
from vmsdl.syntax import tree

Named: TypeAlias = tree.ConstDecl | tree.EnumDecl | tree.DescriptionDecl
MemberDecl: TypeAlias = (
    tree.FieldDecl | tree.LocalDecl | tree.LetDecl | tree.PropertyDecl | tree.DescriptionDecl
)

# A place on the wire of a device or struct: the numbers of the members on the path to it.
# Tuples compare in wire order, since subsections follow all other members of their body.
Position: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredBody:
    """The members of a device, struct or subsection, by name."""

    decl: tree.DescriptionDecl
    wire_name: str
    path: tuple[str, ...]  # names from the device or struct down
    position: Position
    is_recorded: bool
    owner: "DeclaredBody | None" = None
    members: dict[str, MemberDecl] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)  # of a member, by id
    subsections: dict[int, "DeclaredBody"] = field(default_factory=dict)  # by id of the declaration

    @property
    def title(self) -> str:
        return f'{self.decl.keyword} "{self.wire_name}"'

    @property
    def context(self) -> str:
        return f"in {self.title}"

    @property
    def is_in_struct(self) -> bool:
        return list(self.iterate_outwards())[-1].decl.keyword == "struct"

    def iterate_outwards(self) -> Iterator["DeclaredBody"]:
        """This body, its owner, and so on to the device or struct."""
        body: DeclaredBody | None = self
        while body is not None:
            yield body
            body = body.owner

    def find_position(self, member: tree.Member) -> Position:
        return self.positions[id(member)]

    def find_subsection(self, name: str) -> "DeclaredBody":
        return self.subsections[id(self.members[name])]


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """All names of a program: the files of one compilation share one namespace."""

    names: Mapping[str, Named]
    machines: Mapping[str, tree.MachineDecl]
    bodies: Mapping[str, DeclaredBody]  # of devices and structs
    member_names: frozenset[str]  # of all of those

    def find_enum(self, name: str) -> tree.EnumDecl | None:
        found = self.names.get(name)
        return found if isinstance(found, tree.EnumDecl) else None


def bind_symbols(program: LoadedProgram, reporter: Reporter) -> Symbols:
    """Collect every name. Of two declarations of one name, the first is used."""
    names: dict[str, Named] = {}
    machines: dict[str, tree.MachineDecl] = {}
    bodies: dict[str, DeclaredBody] = {}
    for file in program.files:
        for item in file.tree.items:
            match item:
                case tree.ImportDecl() | tree.PropertyDecl():
                    pass
                case tree.MachineDecl():
                    if (earlier := machines.setdefault(item.name.value, item)) is not item:
                        reporter.report(
                            DUPLICATE_MACHINE,
                            item.name.span,
                            f"duplicate machine `{item.name.value}`",
                            also=(Label(earlier.name.span, "first declared here"),),
                        )
                case tree.ConstDecl() | tree.EnumDecl() | tree.DescriptionDecl():
                    first = names.setdefault(item.name.text, item)
                    if first is not item:
                        _report_duplicate(item, first, reporter)
                    elif isinstance(item, tree.DescriptionDecl):
                        bodies[item.name.text] = build_body(item, reporter)
    member_names = frozenset(name for body in bodies.values() for name in body.members)
    return Symbols(names, machines, bodies, member_names)


def build_body(
    decl: tree.DescriptionDecl, reporter: Reporter, owner: DeclaredBody | None = None
) -> DeclaredBody:
    """The members of a description and of its subsections."""
    own = decl.wire_name.value if decl.wire_name else decl.name.text
    if owner is not None and decl.wire_name is None:
        own = f"{owner.wire_name}/{own}"
    position: Position = ()
    if owner is not None:
        position = owner.find_position(decl)
    body = DeclaredBody(
        decl=decl,
        wire_name=own,
        path=(*(owner.path if owner else ()), decl.name.text),
        position=position,
        is_recorded=(owner is not None and owner.is_recorded) or is_recorded(decl),
        owner=owner,
    )
    within = reporter.within(body.context, is_recorded=body.is_recorded)
    count = len(decl.members)
    for number, member in enumerate(decl.members):
        is_subsection = isinstance(member, tree.DescriptionDecl)
        # The bytes of a subsection follow all fields, wherever it is declared.
        body.positions[id(member)] = (*position, number + (count if is_subsection else 0))
        match member:
            case (
                tree.FieldDecl()
                | tree.LocalDecl()
                | tree.LetDecl()
                | tree.PropertyDecl()
                | tree.DescriptionDecl()
            ):
                first = body.members.setdefault(member.name.text, member)
                if first is not member:
                    within.report(
                        DUPLICATE_MEMBER,
                        member.name.span,
                        f"duplicate member `{member.name.text}`",
                        also=(Label(first.name.span, "first declared here"),),
                        help=_suggest_for_duplicate(first, member),
                    )
            case _:
                pass
        if isinstance(member, tree.DescriptionDecl):
            body.subsections[id(member)] = build_body(member, reporter, body)
    return body


def is_recorded(decl: tree.Declaration) -> bool:
    return any(annotation.name.text == "recorded" for annotation in decl.annotations)


def describe_declaration(decl: Named | MemberDecl) -> str:
    """What a declaration declares, as one keyword."""
    match decl:
        case tree.ConstDecl():
            return "const"
        case tree.EnumDecl() | tree.DescriptionDecl():
            return decl.keyword
        case tree.FieldDecl():
            return "field"
        case tree.LocalDecl():
            return "local"
        case tree.LetDecl():
            return "let"
        case tree.PropertyDecl():
            return "property"


def _suggest_for_duplicate(first: MemberDecl, second: MemberDecl) -> str | None:
    if isinstance(first, tree.FieldDecl) and isinstance(second, tree.FieldDecl):
        return 'rename one of them: `as "…"` keeps the name that QEMU uses'
    return None


def _report_duplicate(item: Named, first: Named, reporter: Reporter) -> None:
    reporter.report(
        DUPLICATE_DEFINITION,
        item.name.span,
        (
            f"duplicate name `{item.name.text}`: declared as {describe_declaration(first)} and as"
            f" {describe_declaration(item)}"
            if describe_declaration(first) != describe_declaration(item)
            else f"duplicate {describe_declaration(item)} `{item.name.text}`"
        ),
        also=(Label(first.name.span, "first declared here"),),
        help="rename one of them: a file and all its imports share one namespace",
    )
