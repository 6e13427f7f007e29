"""QEMU source trees on a command line: as programs, and as sides of a comparison."""

import os
from collections.abc import Iterable
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs.git import REVISION, ask_git, split_revision
from vmsdl.cli.inputs.schemas import collect_schemas, load_sources

# Imported in functions: nothing else needs a parser of C.
if TYPE_CHECKING:
    from vmsdl.csource.program import Program
    from vmsdl.csource.source_tree import SourceTree
    from vmsdl.schema.description import Schema

DEFAULT_TARGET = "x86_64"
_MARK = os.path.join("include", "migration", "vmstate.h")


def is_tree(path: str) -> bool:
    """Is it the folder of a QEMU source tree, or such a folder in a revision (`git:REV:`)?"""
    if path.startswith(REVISION):
        revision, inside = split_revision(path)
        if not revision:
            return False
        mark = os.path.normpath(os.path.join(inside or ".", _MARK)).replace(os.sep, "/")
        return ask_git("cat-file", "-e", f"{revision}:./{mark}") is not None
    return os.path.isfile(os.path.join(path, _MARK))


def open_tree(path: str) -> "SourceTree":
    from vmsdl.csource.source_tree import open_folder, open_revision

    if path.startswith(REVISION):
        revision, inside = split_revision(path)
        try:
            return open_revision(Path(inside or "."), revision)
        except ValueError as error:
            raise Failure(f"cannot read `{path}`: {error}") from None
    if not os.path.isdir(path):
        raise Failure(f"no folder `{path}`")
    if not is_tree(path):
        raise Failure(f"`{path}` is no QEMU source tree: it has no {_MARK}")
    return open_folder(Path(path))


def open_program(tree: "SourceTree", target: str, defines: Iterable[str]) -> "Program":
    from vmsdl.csource.program import Program
    from vmsdl.csource.targets import find_target, list_targets

    try:
        found = find_target(tree, target)
    except KeyError:
        names = ", ".join(list_targets(tree))
        raise Failure(f"the tree has no target `{target}`; it has {names}") from None
    given = dict(each.partition("=")[::2] for each in defines)
    return Program(tree, found, {name: value or "1" for name, value in given.items()})


def read_tree(path: str, target: str, console: Console) -> "list[Schema] | None":
    """The schemas of what a tree builds for a target, with their places in the C files."""
    return _import(open_program(open_tree(path), target, ()), (), console)


def read_two_trees(
    old: str, new: str, target: str, console: Console
) -> "tuple[list[Schema], list[Schema]] | None":
    """Those of two trees; only of what the files that differ can affect, where these are few.

    What both trees have in the same words is read once.
    """
    from vmsdl.csource.affected import find_affected, find_changed, find_unshared

    one, other = open_tree(old), open_tree(new)
    changed = find_changed(one, other)
    affected = find_affected(one, other, changed)
    chosen = () if affected is None else tuple(map(escape, sorted(affected)))
    if chosen == () and affected is not None:
        return [], []
    before, after = (open_program(tree, target, ()) for tree in (one, other))
    first = _import(before, chosen, console)
    after.share(before, find_unshared(before, changed))
    second = _import(after, chosen, console)
    return None if first is None or second is None else (first, second)


def _import(program: "Program", globs: tuple[str, ...], console: Console) -> "list[Schema] | None":
    from vmsdl.csource.import_c import import_tree
    from vmsdl.csource.summary import describe_left_out
    from vmsdl.driver import build_trees

    imported = import_tree(program, is_placed=True, globs=globs)
    for line in describe_left_out(imported.left_out, console.verbose):
        console.say(f"{program.tree.name}: {line}")
    trees = {each.tree.source.path: each.tree for each in imported.files}
    return collect_schemas(build_trees(trees), console)


def write_schemas(path: str, target: str, console: Console) -> "list[Schema] | None":
    """The checked schemas of a tree as the .vmsd files that `vmsdl import c` writes."""
    from vmsdl.csource.import_c import import_tree
    from vmsdl.source import SourceFile
    from vmsdl.syntax.format.printer import format_tree

    imported = import_tree(open_program(open_tree(path), target, ()))
    sources = {each.name: SourceFile(each.name, format_tree(each.tree)) for each in imported.files}

    def read(name: str) -> SourceFile:
        if name not in sources:
            raise FileNotFoundError(name)
        return sources[name]

    return load_sources(sources.values(), read, console)
