"""What a branch changes: its schemas as they were where it left another one, and as they are."""

import os
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs.git import ask_git, run_git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmsdl.config import Config
    from vmsdl.schema.description import Schema

_SCHEMAS = ":(top)*.vmsd"


def find_versions(
    other: str, paths: list[str], settings: "Config | None", console: Console
) -> "tuple[str, list[Schema], list[Schema]] | None":
    """The merge base; the schemas that differ, or that import what does, before and now.

    `paths`: those that are looked at; else the project's sources, or else all of the repository.
    None where some have faults, which are told.
    """
    from vmsdl.cli.inputs.versions import read_schemas

    top = run_git("rev-parse", "--show-cdup").decode().strip()
    base = _merge_base(other)
    before = _names(run_git("ls-tree", "-r", "--full-tree", "--name-only", "-z", base), top)
    touched = _touched(base, top)
    affected = _affected(_looked_at(paths, settings, top, touched, before), touched)
    if not affected:
        console.say(f"no schema changed since the merge base with `{other}`")
    old: list[Schema] = []
    new: list[Schema] = []
    for name in affected:
        there = read_schemas(f"git:{base}:{name}", console) if name in before else []
        here = read_schemas(name, console) if os.path.exists(name) else []
        if there is None or here is None:
            return None
        old += there
        new += here
    return base, old, new


def _merge_base(other: str) -> str:
    """The commit that this branch and the other one have in common."""
    if (
        other.startswith("-")
        or ask_git("rev-parse", "--verify", "-q", f"{other}^{{commit}}") is None
    ):
        raise Failure(f"--merge-base: unknown branch or commit `{other}`")
    if ask_git("rev-parse", "--verify", "-q", "HEAD^{commit}") is None:
        raise Failure("--merge-base: the repository has no commits")
    found = ask_git("merge-base", other, "HEAD")
    if found is not None:
        return found.decode().strip()
    if run_git("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise Failure(
            "--merge-base: this clone is shallow and does not contain the common commit "
            f"of HEAD and `{other}`; use `git fetch --unshallow`, or `fetch-depth: 0` of "
            "actions/checkout"
        )
    raise Failure(f"--merge-base: HEAD and `{other}` have no commit in common")


def _touched(base: str, top: str) -> set[str]:
    """The .vmsd files that are not what they were, gone and new ones too."""
    diff = ("diff", "--name-only", "--no-renames", "--no-relative", "--no-ext-diff", "-z", base)
    new = ("ls-files", "--others", "--exclude-standard", "--full-name", "-z")
    return _names(run_git(*diff, "--", _SCHEMAS), top) | _names(run_git(*new, "--", _SCHEMAS), top)


def _looked_at(
    paths: list[str], settings: "Config | None", top: str, touched: set[str], before: set[str]
) -> "Iterator[str]":
    """What may be compared: what is there, and what is gone."""
    from vmsdl.cli.inputs import paths as sources

    gone = sorted(name for name in touched & before if not os.path.exists(name))
    if paths:
        given = [os.path.relpath(path) for path in paths]
        for path in given:
            if os.path.exists(path):
                yield from (os.path.relpath(name) for name in sources.find([path]))
            elif path not in before and not any(_is_in(name, path) for name in before):
                raise Failure(f"cannot find `{path}` in the working tree or at the merge base")
        yield from (name for name in gone if any(_is_in(name, path) for path in given))
    elif settings is not None:
        present = settings.schemas(may_be_gone=True)
        yield from (os.path.relpath(name) for name in present if os.path.exists(name))
        yield from (name for name in gone if settings.covers(name))
    else:
        from vmsdl.project import find_schemas

        yield from (os.path.relpath(name) for name in find_schemas(top or "."))
        yield from gone


def _is_in(name: str, path: str) -> bool:
    return path in (".", name) or name.startswith(path + os.sep)


def _affected(names: "Iterator[str]", touched: set[str]) -> list[str]:
    """What has changed, or imports what has: an unchanged file that did so before does so now."""
    from vmsdl.build.import_graph import ImportGraph
    from vmsdl.project import make_reader

    graph = ImportGraph(make_reader(()))
    return sorted(
        name
        for name in set(names)
        if touched.intersection(os.path.relpath(each) for each in graph.find_files(name))
    )


def _names(listed: bytes, top: str) -> set[str]:
    """Names from the top of the repository, from here."""
    names = (os.fsdecode(name) for name in listed.split(b"\0"))
    return {os.path.relpath(os.path.join(top, name)) for name in names if name.endswith(".vmsd")}
