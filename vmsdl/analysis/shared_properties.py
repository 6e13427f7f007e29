"""Properties of a program: `property` between the items of a file, for all devices that read it.

Each device and struct that reads such a property has it as a property of its own, and a machine
type sets it in all of them with `name = value;`. No later stage knows of shared properties.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.analysis.load import LoadedFile, LoadedProgram
from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import DUPLICATE_DEFINITION, UNKNOWN_NAME, UNUSED_PROPERTY
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.syntax import tree
from vmsdl.syntax.walk import find_name_uses

_NAMED = (
    tree.FieldDecl,
    tree.LocalDecl,
    tree.LetDecl,
    tree.PropertyDecl,
    tree.DescriptionDecl,
)


def share_properties(program: LoadedProgram, reporter: Reporter) -> LoadedProgram:
    """The program with each shared property in the bodies that read it."""
    items = [item for file in program.files for item in file.tree.items]
    shared: dict[str, tree.PropertyDecl] = {}
    for item in items:
        if isinstance(item, tree.PropertyDecl):
            first = shared.setdefault(item.name.text, item)
            if first is not item:
                _report_duplicate(item, first.name, reporter)
    for item in items if shared else ():
        if isinstance(item, tree.ConstDecl | tree.EnumDecl | tree.DescriptionDecl):
            found = shared.get(item.name.text)
            if found is not None:
                _report_duplicate(found, item.name, reporter)
    readers: dict[str, list[str]] = {name: [] for name in shared}
    for item in items if shared else ():
        if isinstance(item, tree.DescriptionDecl):
            for name in _find_read(item, shared):
                readers[name].append(item.name.text)
    for name, decl in shared.items():
        if not readers[name]:
            message = f"unused property `{name}`"
            reporter.report(UNUSED_PROPERTY, decl.name.span, message, help="remove it, or use it")
    return LoadedProgram(
        tuple(
            LoadedFile(
                replace(
                    file.tree,
                    items=tuple(_rewrite(file.tree.items, shared, readers, reporter)),
                ),
                file.imports,
            )
            for file in program.files
        )
    )


def _report_duplicate(decl: tree.PropertyDecl, other: tree.Name, reporter: Reporter) -> None:
    reporter.report(
        DUPLICATE_DEFINITION,
        decl.name.span,
        f"duplicate name `{decl.name.text}`",
        also=(Label(other.span, "declared here too"),),
        help="rename one of them: a file and all its imports share one namespace",
    )


def _rewrite(
    items: tuple[tree.Item, ...],
    shared: dict[str, tree.PropertyDecl],
    readers: dict[str, list[str]],
    reporter: Reporter,
) -> Iterator[tree.Item]:
    for item in items:
        match item:
            case tree.PropertyDecl():
                pass
            case tree.DescriptionDecl() if shared:
                own = tuple(shared[name] for name in _find_read(item, shared))
                yield replace(item, members=(*own, *item.members))
            case tree.MachineDecl():
                settings = tuple(_spread(item, readers, reporter))
                yield replace(item, settings=settings)
            case _:
                yield item


def _spread(
    machine: tree.MachineDecl, readers: dict[str, list[str]], reporter: Reporter
) -> Iterator[tree.SettingDecl]:
    """The settings of a machine type, with one for each body that reads a shared property."""
    for setting in machine.settings:
        first = setting.path[0]
        if len(setting.path) > 1:
            yield setting
        elif first.text in readers:
            for body in readers[first.text]:
                head = replace(first, text=body)
                yield replace(setting, path=(head, first))
        else:
            reporter.report(
                UNKNOWN_NAME,
                first.span,
                f"unknown property `{first.text}`",
                help=reporter.suggest_nearest(first.text, readers)
                or "write the device before it: `device.property = …;`",
            )


def _find_read(body: tree.DescriptionDecl, shared: dict[str, tree.PropertyDecl]) -> Iterator[str]:
    """The shared properties that a body or its subsections read, and those that their defaults
    read, in the order of their declaration."""
    own = {each.name.text for each in body.members if isinstance(each, _NAMED)}
    wanted = {use.name for use in find_name_uses(body)} - own
    waiting = [name for name in wanted if name in shared]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            uses = {use.name for use in find_name_uses(shared[name].default)}
            waiting += [each for each in uses if each in shared]
    yield from (name for name in shared if name in found)
