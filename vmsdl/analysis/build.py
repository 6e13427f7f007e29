"""From the trees of a program to its schema: every name resolved, every type known."""

from collections.abc import Iterator
from typing import TypeVar

from vmsdl.analysis.annotations import build_annotations
from vmsdl.analysis.assignability import Environment
from vmsdl.analysis.constants import Constants, fold_constants
from vmsdl.analysis.embedding import check_embedding
from vmsdl.analysis.enums import build_enum
from vmsdl.analysis.expressions import Binder
from vmsdl.analysis.hooks import build_hooks
from vmsdl.analysis.load import LoadedFile, LoadedProgram
from vmsdl.analysis.machines import build_machine, check_machine_cycles
from vmsdl.analysis.members import MemberBuilder
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.shared_properties import share_properties
from vmsdl.analysis.symbols import DeclaredBody, bind_symbols
from vmsdl.analysis.wire_names import build_instances, check_wire_names
from vmsdl.analysis.wire_types import find_versions
from vmsdl.diagnostics.codes import SUBSECTION_NOT_LAST
from vmsdl.diagnostics.diagnostic import Label, StageResult
from vmsdl.schema import description as d
from vmsdl.syntax import tree

T = TypeVar("T")


def build_schema(program: LoadedProgram) -> StageResult[d.Schema]:
    """Report all errors of names and types. There is a schema only where there is none."""
    reporter = Reporter()
    program = share_properties(program, reporter)
    symbols = bind_symbols(program, reporter)
    constants = fold_constants(symbols, reporter)
    binder = Binder(symbols, constants.consts, constants.enum_values)
    environment = Environment(symbols, constants, binder)
    files = tuple(_build_file(file, environment, reporter) for file in program.files)
    check_machine_cycles(environment, reporter)
    check_wire_names(symbols, reporter)
    check_embedding(symbols, reporter)
    diagnostics = reporter.sort_diagnostics()
    result = StageResult(_collect_schema(files), diagnostics)
    return StageResult(None, diagnostics) if result.has_errors else result


def _collect_schema(files: tuple[d.SchemaFile, ...]) -> d.Schema:
    everything = [definition for file in files for definition in file.definitions]
    return d.Schema(
        files=files,
        descriptions={x.name: x for x in everything if isinstance(x, d.Description)},
        enums={x.name: x for x in everything if isinstance(x, d.EnumDefinition)},
        consts={x.name: x for x in everything if isinstance(x, d.Const)},
        machines={x.name: x for x in everything if isinstance(x, d.Machine)},
    )


def _build_file(file: LoadedFile, environment: Environment, reporter: Reporter) -> d.SchemaFile:
    return d.SchemaFile(
        source=file.tree.source,
        imports=file.imports,
        definitions=tuple(_build_definitions(file.tree, environment, reporter)),
    )


def _build_definitions(
    file: tree.FileTree, environment: Environment, reporter: Reporter
) -> Iterator[d.Definition]:
    for item in file.items:
        match item:
            case tree.ImportDecl():
                build_annotations(item, reporter)
            case tree.ConstDecl():
                if (const := _build_const(item, environment.constants, reporter)) is not None:
                    yield const
            case tree.EnumDecl():
                if (enum := build_enum(item, environment.constants, reporter)) is not None:
                    yield enum
            case tree.DescriptionDecl():
                body = environment.symbols.bodies.get(item.name.text)
                if body is not None and body.decl is item:
                    yield build_description(body, environment, reporter)
            case tree.MachineDecl():
                yield build_machine(item, environment, reporter)
            case tree.PropertyDecl():
                pass  # it is in the bodies that read it


def _build_const(decl: tree.ConstDecl, constants: Constants, reporter: Reporter) -> d.Const | None:
    value = constants.consts.get(decl.name.text)
    if value is None:
        return None
    return d.Const(
        name=decl.name.text,
        value=value.value,
        doc=decl.doc,
        annotations=build_annotations(decl, reporter),
        span=decl.span,
        name_span=decl.name.span,
    )


_ROLES = {role.value: role for role in d.Role}


def build_description(
    body: DeclaredBody, environment: Environment, reporter: Reporter
) -> d.Description:
    """A device, struct or subsection, with the subsections in it."""
    decl = body.decl
    reporter = reporter.within(body.context, is_recorded=body.is_recorded)
    _check_subsections_last(body, reporter)
    members = MemberBuilder(body, environment, reporter)
    locals_: list[d.Local] = []
    properties: list[d.Property] = []
    lets: list[d.LetDefinition] = []
    steps: list[d.Step] = []
    subsections: list[d.Description] = []
    for member in decl.members:
        match member:
            case tree.FieldDecl():
                steps += _to_tuple(members.build_field(member))
            case tree.UnusedDecl():
                steps += _to_tuple(members.build_unused(member))
            case tree.ValidateDecl():
                steps += _to_tuple(members.build_validate(member))
            case tree.LocalDecl():
                locals_ += _to_tuple(members.build_local(member))
            case tree.PropertyDecl():
                properties += _to_tuple(members.build_property(member))
            case tree.LetDecl():
                lets += _to_tuple(_build_let(member, body, environment, reporter))
            case tree.DescriptionDecl():
                subsections.append(
                    build_description(body.subsections[id(member)], environment, reporter)
                )
            case tree.HookDecl() | tree.UnmigratableDecl():
                build_annotations(member, reporter)
    newest, oldest = find_versions(decl)
    hooks = build_hooks(body, environment.symbols, reporter)
    return d.Description(
        role=_ROLES[decl.keyword],
        name=decl.name.text,
        wire_name=body.wire_name,
        other_names=tuple(name.value for name in decl.other_names),
        instances=tuple(build_instances(decl, reporter)),
        version_id=newest,
        minimum_version_id=oldest,
        needed=members.build_needed(decl.needed) if decl.needed is not None else None,
        unmigratable=any(isinstance(m, tree.UnmigratableDecl) for m in decl.members),
        locals=tuple(locals_),
        properties=tuple(properties),
        lets=tuple(lets),
        hooks=tuple(hooks),
        hook_sets=tuple(each for each in hooks.values() if each is not None),
        steps=tuple(steps),
        subsections=tuple(subsections),
        doc=decl.doc,
        annotations=build_annotations(decl, reporter),
        span=decl.span,
        name_span=decl.name.span,
    )


def _to_tuple(value: T | None) -> tuple[T, ...]:
    return () if value is None else (value,)


def _build_let(
    decl: tree.LetDecl, body: DeclaredBody, environment: Environment, reporter: Reporter
) -> d.LetDefinition | None:
    value = environment.binder.bind_let(decl, body, reporter)
    if value is None:
        return None
    return d.LetDefinition(
        name=decl.name.text,
        value=value,
        doc=decl.doc,
        annotations=build_annotations(decl, reporter),
        span=decl.span,
        name_span=decl.name.span,
    )


def _check_subsections_last(body: DeclaredBody, reporter: Reporter) -> None:
    members = body.decl.members
    subsection = next((m for m in members if isinstance(m, tree.DescriptionDecl)), None)
    last = members[-1] if members else None
    if subsection is None or isinstance(last, tree.DescriptionDecl):
        return
    assert last is not None
    reporter.report(
        SUBSECTION_NOT_LAST,
        subsection.name.span,
        f"subsection `{subsection.name.text}` is declared before other members, but follows"
        " them in the stream",
        also=(Label(last.span, "declared after the subsection"),),
        help="move the subsections to the end of the body",
    )
