"""From OLD and NEW to schemas: .vmsd files, folders, dumps, streams, or a revision's."""

import os
from typing import TYPE_CHECKING, Any, TypeAlias

from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import recorded
from vmsdl.cli.inputs.c_tree import DEFAULT_TARGET, is_tree, read_tree, read_two_trees
from vmsdl.cli.inputs.git import REVISION, ask_git, split_revision
from vmsdl.cli.inputs.recorded import Dump
from vmsdl.cli.inputs.schemas import load_paths, load_sources

if TYPE_CHECKING:
    from vmsdl.schema.description import Schema

    Version: TypeAlias = list[Schema] | Dump


def read_schemas(path: str, console: Console) -> "list[Schema] | None":
    """The schemas of one version; None where they have faults, which are told."""
    version = _read(path, console)
    return version.schemas() if isinstance(version, Dump) else version


def read_both(
    old: str, new: str, console: Console, target: str | None = None
) -> "tuple[list[Schema], list[Schema]] | None":
    """Those of two versions; where one is a dump, what a dump would say of the other.

    `target`: what a source tree is read for.
    """
    if is_tree(old) and is_tree(new):
        return read_two_trees(old, new, target or DEFAULT_TARGET, console)
    one, other = _read(old, console, target), _read(new, console, target)
    if one is None or other is None:
        return None
    if not isinstance(one, Dump) and not isinstance(other, Dump):
        return one, other
    first, second = recorded.remove_differences_of_release(_as_dump(old, one), _as_dump(new, other))
    return first.schemas(), second.schemas()


def _as_dump(path: str, version: "Version") -> Dump:
    return version if isinstance(version, Dump) else Dump.of(version, path)


def _read(path: str, console: Console, target: str | None = None) -> "Version | None":
    from vmsdl import files

    if is_tree(path):
        return read_tree(path, target or DEFAULT_TARGET, console)
    if path.startswith(REVISION):
        return _of_revision(path, console)
    if os.path.isfile(path) and not path.endswith(".vmsd"):
        try:
            version = _recorded(path, files.map_file(path), console)
        except OSError as error:
            raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None
        if version is not None:
            return version
    return load_paths([path], console)


def _recorded(path: str, data: Any, console: Console) -> "Version | None":
    """A stream or a dump, by how it begins; no .vmsd file begins so."""
    if bytes(data[:4]) == recorded.MARK:
        return recorded.learn_schemas(recorded.open_recorded(path, data), path, console)
    if bytes(data[:64]).lstrip()[:1] == b"{":
        return Dump.read(path, bytes(data))
    return None


def _of_revision(path: str, console: Console) -> "Version | None":
    from vmsdl.files import decode_text
    from vmsdl.source import SourceFile

    revision, inside = split_revision(path)
    if not revision or not inside:
        raise Failure(f"`{path}` does not have the form git:REV:PATH")

    def read(name: str) -> SourceFile:
        data = _shown(revision, name)
        if data is None:
            raise FileNotFoundError(name)
        return SourceFile(name, decode_text(name, data))

    listed = ask_git("ls-tree", "-r", "--name-only", "-z", revision, "--", inside)
    every = [os.fsdecode(name) for name in (listed or b"").split(b"\0") if name]
    names = [name for name in every if name.endswith(".vmsd")]
    if len(every) == 1 and not names and every[0] == os.path.normpath(inside):
        version = _recorded(path, _shown(revision, every[0]) or b"", console)
        if version is not None:
            return version
    if not names:
        raise Failure(f"no .vmsd file, stream or dump at `{path}`")
    return load_sources(map(read, sorted(names)), read, console)


def _shown(revision: str, name: str) -> bytes | None:
    place = os.path.normpath(name).replace(os.sep, "/")
    return ask_git("show", f"{revision}:./{place}")
