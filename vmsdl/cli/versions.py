"""From OLD and NEW of `vmsdl diff` to schemas: .vmsd files, folders, or a revision's."""

import os
import subprocess
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.schema.description import Schema


def schemas_of(path: str, console: Console) -> "list[Schema] | None":
    """The schemas of one version; None where they have faults, which are told."""
    from vmsdl.cli import sources
    from vmsdl.driver import load_source
    from vmsdl.files import read_text
    from vmsdl.imports import Closure

    if path.startswith("git:"):
        return _of_revision(path, console)
    closure = Closure(read_text)
    found = []
    for each in sources.find([path]):
        outcome = load_source(sources.read(each), closure.source)
        if outcome.value is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return None
        found.append(outcome.value)
    return found


def _of_revision(path: str, console: Console) -> "list[Schema] | None":
    from vmsdl.driver import load_source
    from vmsdl.source import SourceFile

    _, revision, inside = (*path.split(":", 2), "", "")[:3]
    if not revision or not inside or revision.startswith("-"):
        raise Failure(f"`{path}` is not git:REV:PATH")

    def read(name: str) -> SourceFile:
        place = os.path.normpath(name).replace(os.sep, "/")
        data = _git("show", f"{revision}:./{place}")
        if data is None:
            raise FileNotFoundError(name)
        from vmsdl.files import decode

        return SourceFile(name, decode(name, data))

    listed = _git("ls-tree", "-r", "--name-only", "-z", revision, "--", inside)
    names = [name.decode() for name in (listed or b"").split(b"\0") if name.endswith(b".vmsd")]
    if not names:
        raise Failure(f"there is no .vmsd file at `{path}`")
    found = []
    for name in sorted(names):
        outcome = load_source(read(name), read)
        if outcome.value is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return None
        found.append(outcome.value)
    return found


def _git(*arguments: str) -> bytes | None:
    try:
        done = subprocess.run(("git", *arguments), capture_output=True, check=False)
    except OSError:
        raise Failure("git is not there to be asked") from None
    return done.stdout if done.returncode == 0 else None
