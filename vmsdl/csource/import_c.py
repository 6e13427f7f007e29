"""From a QEMU source tree to .vmsd files. This file is the contents page of the importer."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from fnmatch import fnmatch

from vmsdl.csource.bodies import Body, make_number
from vmsdl.csource.locate import Places
from vmsdl.csource.machines import CMachine, CompatEntry, find_machines, read_setting
from vmsdl.csource.program import Program
from vmsdl.csource.properties import Properties, read_properties
from vmsdl.csource.qom import QomTypes, read_types
from vmsdl.csource.sections import LeftOut, find_sections
from vmsdl.csource.write import FileParts, Made, SchemaWriter
from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.qemu.importing.tree_parts import make_annotation, make_name, make_text
from vmsdl.records import dataclass
from vmsdl.source import SourceFile
from vmsdl.syntax import tree

MACHINE_FILE = "machines.vmsd"
_NO_SOURCE = SourceFile("", "")


@dataclass(frozen=True, slots=True)
class ImportedTree:
    """The files for a tree under one target, and what of it could not be said."""

    files: tuple[ImportedFile, ...]
    left_out: tuple[LeftOut, ...]
    made: Made = field(repr=False)


def import_tree(
    program: Program, is_placed: bool = False, globs: Sequence[str] = ()
) -> ImportedTree:
    """`globs`: only sections that these files register. `is_placed`: the nodes have their places in
    the C files, for reports."""
    types = read_types(program)
    properties = read_properties(program)
    sections = find_sections(program, types)
    places = Places(program) if is_placed else None
    # What is compared has all lengths; what is written for streams leaves the last one to them.
    writer = SchemaWriter(program, properties, has_open_ends=not is_placed)
    if places is not None:
        writer.place = places.find
    found = sorted(sections.found.values(), key=lambda each: (each.unit.path, each.place.line))
    for section in found:
        if globs and not any(fnmatch(section.unit.path, glob) for glob in globs):
            continue
        writer.write_section(section)
    made = writer.made
    merge_cycles(made)
    files = [_make_file(each) for each in made.files.values()]
    if made.files:
        settings = _SettingFinder(types, properties, made)
        files.append(_make_machine_file(find_machines(program, types), settings, made))
    if places is not None:
        files = [replace(each, tree=places.spread(each.tree, each.name)) for each in files]
    left_out = (*sections.left_out, *made.left_out)
    return ImportedTree(
        tuple(sorted(files, key=lambda each: each.name)),
        tuple(sorted(dict.fromkeys(left_out), key=_sort_key)),
        made,
    )


def _sort_key(each: LeftOut) -> tuple[str, int, str, str]:
    return each.place.path, each.place.line, each.what, each.reason


def _make_file(parts: FileParts) -> ImportedFile:
    folder = posixpath.dirname(parts.path) or "."
    paths = sorted(posixpath.relpath(path, folder) for path in parts.imports)
    imports = [tree.ImportDecl(path=make_text(path)) for path in paths]
    constants = sorted(parts.constants.values(), key=lambda each: each.name.text)
    items: tuple[tree.Item, ...] = (*imports, *constants, *parts.structs, *parts.devices)
    return ImportedFile(parts.path, tree.FileTree(source=_NO_SOURCE, items=items))


def merge_cycles(made: Made) -> None:
    """Files that import each other become one: imports must not form a circle."""
    for path in sorted(made.files):
        while path in made.files:
            circle = _find_circle(made.files, path)
            if circle is None:
                break
            _merge_files(made, path, circle)


def _find_circle(files: dict[str, FileParts], start: str) -> str | None:
    """A file on a circle of imports through `start`: one that imports it, and that it reaches."""
    seen: set[str] = set()
    waiting = list(files[start].imports)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += files[path].imports
    if start not in seen:
        return None
    return min(path for path in seen if start in files[path].imports)


def _merge_files(made: Made, kept: str, gone: str) -> None:
    one, other = made.files[kept], made.files.pop(gone)
    one.structs[:] = sorted(
        (*one.structs, *other.structs), key=lambda each: made.order[each.name.text]
    )
    one.devices += other.devices
    one.constants |= other.constants
    one.imports |= other.imports
    for parts in made.files.values():
        if gone in parts.imports:
            del parts.imports[gone]
            if parts is not one:
                parts.imports[kept] = None
    one.imports.pop(kept, None)
    for key, path in made.places.items():
        if path == gone:
            made.places[key] = kept


# Machine types -----------------------------------------------------------------------------------


def _make_machine_file(
    machines: tuple[CMachine, ...], settings: "_SettingFinder", made: Made
) -> ImportedFile:
    blocks: list[tree.Item] = []
    imports: dict[str, None] = {}
    for machine in machines:
        found: dict[tuple[str, ...], tree.SettingDecl] = {}
        for entry in machine.entries:
            for path, file, setting in settings.find(entry):
                found[path] = setting
                imports[file] = None
        blocks.append(
            tree.MachineDecl(
                name=make_text(machine.name),
                extends=None if machine.extends is None else make_text(machine.extends),
                settings=tuple(found[path] for path in sorted(found)),
                annotations=(make_annotation("source", machine.place.path, machine.place.line),),
            )
        )
    head = [tree.ImportDecl(path=make_text(path)) for path in sorted(imports)]
    items = (*head, *blocks)
    return ImportedFile(MACHINE_FILE, tree.FileTree(source=_NO_SOURCE, items=items))


@dataclass(slots=True)
class _SettingFinder:
    """From an entry of a compat table to settings of properties that the schemas declare."""

    types: QomTypes
    properties: Properties
    made: Made

    def find(self, entry: CompatEntry) -> Iterator[tuple[tuple[str, ...], str, tree.SettingDecl]]:
        value = read_setting(entry.value)
        family = {each.name for each in self.types.find_family(entry.driver)}
        driver = self.types.by_name.get(entry.driver)
        if value is None or driver is None:
            return
        declared = self.properties.find_of_type(self.types, driver).get(entry.property)
        if declared is None:
            return
        for body, file in self._find_bodies():
            for member in body.unsent.values():
                if member.property is not declared:
                    continue
                if body.types and not body.types <= family:
                    continue
                path = (body.identifier, member.name)
                yield path, file, _make_setting(path, value, member.is_bool, entry)

    def _find_bodies(self) -> Iterator[tuple[Body, str]]:
        for key, body in (*self.made.devices.items(), *self.made.structs.items()):
            yield body, self.made.places[key]


def _make_setting(
    path: tuple[str, ...], value: int | bool, is_bool: bool, entry: CompatEntry
) -> tree.SettingDecl:
    literal: tree.Expression = (
        tree.BoolLiteral(value=bool(value)) if is_bool else make_number(int(value))
    )
    return tree.SettingDecl(
        path=tuple(make_name(word) for word in path),
        value=literal,
        annotations=(make_annotation("source", entry.place.path, entry.place.line),),
    )
