"""From machine blocks in the tree to the properties that each machine type sets."""

from collections.abc import Iterator

from vmsdl.analysis.annotations import build_annotations
from vmsdl.analysis.assignability import Environment, TargetType, convert_constant
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import DeclaredBody, describe_declaration
from vmsdl.analysis.value_types import describe_with_article, find_declared_type
from vmsdl.diagnostics.codes import (
    DUPLICATE_SETTING,
    MACHINE_CYCLE,
    NOT_A_STRUCT,
    NOT_SETTABLE,
    SETTING_OUT_OF_RANGE,
    UNKNOWN_MACHINE,
    UNKNOWN_MEMBER,
    UNKNOWN_TYPE,
)
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.expr import nodes as e
from vmsdl.schema import description as d
from vmsdl.source import Span
from vmsdl.syntax import tree


def build_machine(
    decl: tree.MachineDecl, environment: Environment, reporter: Reporter
) -> d.Machine:
    """The machine of one block. Its `extends` is checked too."""
    within = reporter.within(f'in machine "{decl.name.value}"')
    _check_extends(decl, environment, within)
    return d.Machine(
        name=decl.name.value,
        extends=decl.extends.value if decl.extends else None,
        settings=tuple(_build_settings(decl, environment, within)),
        doc=decl.doc,
        annotations=build_annotations(decl, within),
        span=decl.span,
        name_span=decl.name.span,
    )


def check_machine_cycles(environment: Environment, reporter: Reporter) -> None:
    """Report every cycle of `extends` once."""
    machines = environment.symbols.machines
    done: set[str] = set()
    for start in machines:
        path: list[str] = []
        name: str | None = start
        while name is not None and name in machines and name not in done and name not in path:
            path.append(name)
            extends = machines[name].extends
            name = extends.value if extends else None
        if name is not None and name in path:
            cycle = path[path.index(name) :]
            chain = " -> ".join(f"`{each}`" for each in (*cycle, name))
            spans = [m.extends.span for m in (machines[each] for each in cycle) if m.extends]
            reporter.within(f'in machine "{name}"').report(
                MACHINE_CYCLE,
                spans[0],
                f"machine extends itself: {chain}",
                also=tuple(Label(span, "part of this cycle") for span in spans[1:]),
            )
        done.update(path)


def _check_extends(decl: tree.MachineDecl, environment: Environment, reporter: Reporter) -> None:
    if decl.extends is None or decl.extends.value in environment.symbols.machines:
        return
    reporter.report(
        UNKNOWN_MACHINE,
        decl.extends.span,
        f"unknown machine `{decl.extends.value}`",
        help=reporter.suggest_nearest(decl.extends.value, environment.symbols.machines),
    )


def _build_settings(
    decl: tree.MachineDecl, environment: Environment, reporter: Reporter
) -> Iterator[d.Setting]:
    seen: dict[tuple[str, ...], tree.SettingDecl] = {}
    for setting in decl.settings:
        path = tuple(name.text for name in setting.path)
        first = seen.setdefault(path, setting)
        if first is not setting:
            reporter.report(
                DUPLICATE_SETTING,
                _find_path_span(setting),
                f"duplicate setting `{'.'.join(path)}`",
                also=(Label(_find_path_span(first), "first set here"),),
            )
        type_ = _find_property_type(setting.path, environment, reporter)
        if type_ is None:
            environment.binder.bind(setting.value, Scope(), reporter)
            continue
        target = TargetType(type_, f"`{path[-1]}`", SETTING_OUT_OF_RANGE)
        value = convert_constant(target, setting.value, Scope(), environment, reporter)
        if value is not None:
            yield d.Setting(
                path=path,
                value=value,
                doc=setting.doc,
                annotations=build_annotations(setting, reporter),
                span=setting.span,
                name_span=_find_path_span(setting),
            )


def _find_property_type(
    path: tuple[tree.Name, ...], environment: Environment, reporter: Reporter
) -> e.ValueType | None:
    """The type of the property at the end of a path from a device or struct through its structs."""
    head, *between, last = path
    symbols = environment.symbols
    body = symbols.bodies.get(head.text)
    if body is None:
        decl = symbols.names.get(head.text)
        reporter.report(
            UNKNOWN_TYPE,
            head.span,
            (
                f"unknown device or struct `{head.text}`"
                if decl is None
                else (
                    f"expected a device or struct, found {describe_declaration(decl)} `{head.text}`"
                )
            ),
            help=reporter.suggest_nearest(head.text, symbols.bodies) if decl is None else None,
        )
        return None
    for name in between:
        inner = _enter_struct(name, body, environment, reporter)
        if inner is None:
            return None
        body = inner
    member = body.members.get(last.text)
    if isinstance(member, tree.PropertyDecl):
        return find_declared_type(member.type, symbols)
    properties = [n for n, m in body.members.items() if isinstance(m, tree.PropertyDecl)]
    if member is None:
        reporter.report(
            UNKNOWN_MEMBER,
            last.span,
            f"unknown property `{last.text}` of {body.decl.keyword} `{body.decl.name.text}`",
            help=reporter.suggest_nearest(last.text, properties),
        )
    else:
        reporter.report(
            NOT_SETTABLE,
            last.span,
            f"expected a property in a machine, found {describe_declaration(member)} `{last.text}`",
            also=(Label(member.name.span, "declared here"),),
        )
    return None


def _enter_struct(
    name: tree.Name, body: DeclaredBody, environment: Environment, reporter: Reporter
) -> DeclaredBody | None:
    decl = body.members.get(name.text)
    if decl is None:
        reporter.report(
            UNKNOWN_MEMBER,
            name.span,
            f"unknown member `{name.text}` of {body.decl.keyword} `{body.decl.name.text}`",
            help=reporter.suggest_nearest(name.text, body.members),
        )
        return None
    type_ = (
        find_declared_type(decl.type, environment.symbols)
        if isinstance(decl, tree.FieldDecl)
        else None
    )
    if isinstance(type_, e.StructValue):
        return environment.symbols.bodies[type_.name]
    if isinstance(decl, tree.FieldDecl) and type_ is None:
        return None  # its type has an error
    help_ = None
    if isinstance(decl, tree.DescriptionDecl):
        # It may not be there when the machine is built.
        help_ = "declare the property in the owner of the subsection"
    elif isinstance(type_, e.SequenceValue) and isinstance(type_.element, e.StructValue):
        struct = type_.element.name
        help_ = f"write `{struct}.…`, which applies to every `{struct}`"
    reporter.report(
        NOT_A_STRUCT,
        name.span,
        f"`{name.text}` is"
        f" {describe_with_article(type_) if type_ else f'a {describe_declaration(decl)}'}, not a"
        " struct",
        help=help_,
    )
    return None


def _find_path_span(setting: tree.SettingDecl) -> Span:
    return setting.path[0].span.to(setting.path[-1].span)
