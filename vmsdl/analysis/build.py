"""From a program of trees to its schema: every name resolved, every type known."""

from collections.abc import Iterator
from typing import TypeVar

from vmsdl.analysis.annotations import build_annotations
from vmsdl.analysis.assignability import KnownValue
from vmsdl.analysis.constants import Constants, fold_constants
from vmsdl.analysis.embedding import check_embedding
from vmsdl.analysis.enums import build_enum
from vmsdl.analysis.expressions import Binder
from vmsdl.analysis.load import LoadedFile, LoadedProgram
from vmsdl.analysis.machines import build_machine, check_machine_cycles
from vmsdl.analysis.members import Members
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import DeclaredBody, bind_symbols
from vmsdl.analysis.wire_names import check_wire_names
from vmsdl.analysis.wire_types import check_versions
from vmsdl.diagnostics.codes import DUPLICATE_HOOK, SUBSECTION_NOT_LAST
from vmsdl.diagnostics.diagnostic import Label, StageResult
from vmsdl.schema import description as d
from vmsdl.syntax import tree

T = TypeVar("T")


def build_schema(program: LoadedProgram) -> StageResult[d.Schema]:
    """All faults of names and types in one run; a schema where there is no error among them."""
    faults = Reporter()
    symbols = bind_symbols(program, faults)
    constants = fold_constants(symbols, faults)
    binder = Binder(symbols, constants.consts, constants.arms)
    known = KnownValue(symbols, constants, binder)
    files = tuple(_file(file, known, faults) for file in program.files)
    check_machine_cycles(known, faults)
    check_wire_names(symbols, faults)
    check_embedding(symbols, faults)
    diagnostics = faults.sorted()
    outcome = StageResult(_schema(files), diagnostics)
    return StageResult(None, diagnostics) if outcome.has_errors else outcome


def _schema(files: tuple[d.SchemaFile, ...]) -> d.Schema:
    everything = [definition for file in files for definition in file.definitions]
    return d.Schema(
        files=files,
        descriptions={x.name: x for x in everything if isinstance(x, d.Description)},
        enums={x.name: x for x in everything if isinstance(x, d.EnumDefinition)},
        consts={x.name: x for x in everything if isinstance(x, d.Const)},
        machines={x.name: x for x in everything if isinstance(x, d.Machine)},
    )


def _file(file: LoadedFile, known: KnownValue, faults: Reporter) -> d.SchemaFile:
    return d.SchemaFile(
        source=file.tree.source,
        imports=file.imports,
        definitions=tuple(_definitions(file.tree, known, faults)),
    )


def _definitions(
    file: tree.FileTree, known: KnownValue, faults: Reporter
) -> Iterator[d.Definition]:
    for item in file.items:
        match item:
            case tree.ImportDecl():
                build_annotations(item, faults)
            case tree.ConstDecl():
                if (const := _const(item, known.constants, faults)) is not None:
                    yield const
            case tree.EnumDecl():
                if (enum := build_enum(item, known.constants, faults)) is not None:
                    yield enum
            case tree.DescriptionDecl():
                body = known.symbols.bodies.get(item.name.text)
                if body is not None and body.decl is item:
                    yield build_description(body, known, faults)
            case tree.MachineDecl():
                yield build_machine(item, known, faults)


def _const(decl: tree.ConstDecl, constants: Constants, faults: Reporter) -> d.Const | None:
    value = constants.consts.get(decl.name.text)
    if value is None:
        return None
    return d.Const(
        name=decl.name.text,
        value=value.value,
        doc=decl.doc,
        annotations=build_annotations(decl, faults),
        span=decl.span,
        name_span=decl.name.span,
    )


_ROLES = {role.value: role for role in d.Role}
_HOOKS = {hook.value: hook for hook in d.Hook}


def build_description(body: DeclaredBody, known: KnownValue, faults: Reporter) -> d.Description:
    """A device, struct or subsection, with its subsections."""
    decl = body.decl
    faults = faults.within(body.context, recorded=body.recorded)
    _check_subsections_last(body, faults)
    members = Members(body, known, faults)
    locals_: list[d.Local] = []
    properties: list[d.Property] = []
    lets: list[d.LetDefinition] = []
    steps: list[d.Step] = []
    subsections: list[d.Description] = []
    for member in decl.members:
        match member:
            case tree.FieldDecl():
                steps += _given(members.field(member))
            case tree.UnusedDecl():
                steps += _given(members.unused(member))
            case tree.ValidateDecl():
                steps += _given(members.validate(member))
            case tree.LocalDecl():
                locals_ += _given(members.local(member))
            case tree.PropertyDecl():
                properties += _given(members.property(member))
            case tree.LetDecl():
                lets += _given(_let(member, body, known, faults))
            case tree.DescriptionDecl():
                subsections.append(build_description(body.subsections[id(member)], known, faults))
            case tree.HookDecl() | tree.UnmigratableDecl():
                build_annotations(member, faults)
    newest, oldest = check_versions(decl)
    return d.Description(
        role=_ROLES[decl.keyword],
        name=decl.name.text,
        wire_name=body.wire_name,
        version_id=newest,
        minimum_version_id=oldest,
        needed=members.needed(decl.needed) if decl.needed is not None else None,
        unmigratable=any(isinstance(m, tree.UnmigratableDecl) for m in decl.members),
        locals=tuple(locals_),
        properties=tuple(properties),
        lets=tuple(lets),
        hooks=tuple(_hooks(decl, faults)),
        steps=tuple(steps),
        subsections=tuple(subsections),
        doc=decl.doc,
        annotations=build_annotations(decl, faults),
        span=decl.span,
        name_span=decl.name.span,
    )


def _given(value: T | None) -> tuple[T, ...]:
    return () if value is None else (value,)


def _let(
    decl: tree.LetDecl, body: DeclaredBody, known: KnownValue, faults: Reporter
) -> d.LetDefinition | None:
    value = known.binder.let(decl, body, faults)
    if value is None:
        return None
    return d.LetDefinition(
        name=decl.name.text,
        value=value,
        doc=decl.doc,
        annotations=build_annotations(decl, faults),
        span=decl.span,
        name_span=decl.name.span,
    )


def _hooks(decl: tree.DescriptionDecl, faults: Reporter) -> Iterator[d.Hook]:
    first: dict[str, tree.Name] = {}
    for member in decl.members:
        if not isinstance(member, tree.HookDecl):
            continue
        name = member.hook
        if name.text not in _HOOKS:
            continue  # the parser has refused it
        if first.setdefault(name.text, name) is not name:
            faults.add(
                DUPLICATE_HOOK,
                name.span,
                f"the hook `{name.text}` is declared twice",
                also=(Label(first[name.text].span, "first declared here"),),
            )
        else:
            yield _HOOKS[name.text]


def _check_subsections_last(body: DeclaredBody, faults: Reporter) -> None:
    members = body.decl.members
    subsection = next((m for m in members if isinstance(m, tree.DescriptionDecl)), None)
    last = members[-1] if members else None
    if subsection is None or isinstance(last, tree.DescriptionDecl):
        return
    assert last is not None
    faults.add(
        SUBSECTION_NOT_LAST,
        subsection.name.span,
        f"the subsection `{subsection.name.text}` stands before other members, and on the wire"
        " behind them",
        also=(Label(last.span, "stands behind it"),),
        help="move the subsections to the end of the body",
    )
