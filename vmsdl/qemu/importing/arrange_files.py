"""From imported devices and structs to a folder of .vmsd files that import each other.

Devices of one wire name share a file. A struct that two files need has a file of its own; any
other is in the file that needs it, above what embeds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vmsdl.qemu.identifiers import Names
from vmsdl.source import SourceFile
from vmsdl.syntax import tree

_NO_SOURCE = SourceFile("", "")


@dataclass(frozen=True, slots=True)
class ImportedDescription:
    """A device or struct: its declaration, its family (wire name), the structs directly inside."""

    declaration: tree.DescriptionDecl
    family: str
    inner: tuple[str, ...] = ()  # keys of structs, in the order of their first use


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One .vmsd file to write: its name in the folder, and its tree."""

    name: str
    tree: tree.FileTree


def arrange_files(
    devices: Sequence[ImportedDescription],
    structs: Mapping[str, ImportedDescription],
    machine: Sequence[tree.MachineDecl],
) -> tuple[ImportedFile, ...]:
    """The files of a folder, by name; machine types have one to themselves."""
    names = Names()
    machine_file = names.take("machine")
    families: dict[str, list[ImportedDescription]] = {}
    for device in devices:
        families.setdefault(device.family, []).append(device)
    family_files = {family: names.take(family) for family in sorted(families)}
    users = _find_users(families, structs)
    by_name = sorted(structs, key=lambda key: structs[key].declaration.name.text)
    shared = {
        key: names.take(structs[key].declaration.name.text, "state")
        for key in by_name
        if len(users[key]) > 1
    }

    def file(name: str, inner: Iterable[str], items: list[tree.Item]) -> ImportedFile:
        imports: set[str] = set()
        own: dict[str, None] = {}
        for key in inner:
            _place_struct(key, structs, shared, imports, own)
        head: list[tree.Item] = [
            tree.ImportDecl(path=tree.Text(value=f"{other}.vmsd")) for other in sorted(imports)
        ]
        body: list[tree.Item] = [structs[key].declaration for key in own]
        return ImportedFile(
            f"{name}.vmsd", tree.FileTree(source=_NO_SOURCE, items=(*head, *body, *items))
        )

    files = [
        file(
            family_files[family],
            [key for member in members for key in member.inner],
            [member.declaration for member in members],
        )
        for family, members in families.items()
    ]
    files += [file(shared[key], structs[key].inner, [structs[key].declaration]) for key in shared]
    if machine:
        files.append(file(machine_file, (), list(machine)))
    return tuple(sorted(files, key=lambda each: each.name))


def _find_users(
    families: Mapping[str, list[ImportedDescription]], structs: Mapping[str, ImportedDescription]
) -> dict[str, set[str]]:
    """For each struct the families that reach it."""
    users: dict[str, set[str]] = {key: set() for key in structs}
    for family, members in families.items():
        open_keys = [key for member in members for key in member.inner]
        while open_keys:
            key = open_keys.pop()
            if family not in users[key]:
                users[key].add(family)
                open_keys += structs[key].inner
    return users


def _place_struct(
    key: str,
    structs: Mapping[str, ImportedDescription],
    shared: Mapping[str, str],
    imports: set[str],
    own: dict[str, None],
) -> None:
    if key in shared:
        imports.add(shared[key])
    elif key not in own:
        for inner in structs[key].inner:
            _place_struct(inner, structs, shared, imports, own)
        own[key] = None
