"""The project that a schema belongs to: the folder outside of which it can make nothing be read.

A schema may come from a stranger's pull request. What it imports, and what `[tool.vmsdl]` names,
must lie in the project after links are followed, and an import must be a .vmsd file: an error shows
a line of what it read, and others may read the error.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from vmsdl.files import FROZEN, read_text

# Whoever runs vmsdl says it by the environment; nothing that a pull request brings can.
VARIABLE = "VMSDL_PROJECT"


def find_project(path: str) -> str:
    """The project of a file or folder, as a real path.

    It is what `VMSDL_PROJECT` names, the nearest folder of version control, the outermost with a
    pyproject.toml, the current folder if it holds the path, or the folder of the path.
    """
    if named := os.environ.get(VARIABLE):
        return os.path.realpath(named)
    # Of a link, it is where the link is: to where it leads is what the project must hold.
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    return _find_project(os.path.realpath(folder or "."), os.getcwd())


@cache
def _find_project(folder: str, current: str) -> str:
    outermost = None
    here = folder
    while True:
        if os.path.exists(os.path.join(here, ".git")) or os.path.isdir(os.path.join(here, ".hg")):
            return here
        if os.path.isfile(os.path.join(here, "pyproject.toml")):
            outermost = here
        parent = os.path.dirname(here)
        if parent == here:
            break
        here = parent
    current = os.path.realpath(current)
    return outermost or (current if is_inside(folder, current) else folder)


def is_inside(path: str, folder: str) -> bool:
    """Is the file, after links are followed, in a folder, which is a real path?"""
    real = os.path.realpath(path)
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)


def make_reader(paths: Iterable[str]) -> Callable[[str], str]:
    """Reads the schemas that are named, and what these import from their projects.

    Called with a path, it gives the file's text. It raises OSError for what is outside of the
    projects, and for an import that is no regular .vmsd file; and what `read_text` raises.
    """
    named = frozenset(os.path.normpath(path) for path in paths if path)
    projects = tuple(dict.fromkeys(find_project(path) for path in sorted(named) or ["."]))

    def read(path: str) -> str:
        if os.path.normpath(path) in named:
            check_named(path)
            return read_text(path)
        return read_inside(path, projects)

    return read


def read_inside(path: str, projects: Iterable[str]) -> str:
    """The text of a schema that nobody named: a regular .vmsd file in one of these folders."""
    if (fault := find_fault(path, projects)) is not None:
        raise OSError(errno.EXDEV, fault, path)
    return read_text(path)


def find_fault(path: str, projects: Iterable[str]) -> str | None:
    """Why a file that nobody named may not be read; None where it may, or is not there."""
    check_name(path)
    real = os.path.realpath(path)
    if not any(is_inside(real, project) for project in projects):
        return describe_outside(projects)
    try:
        mode = os.stat(real).st_mode
    except OSError:
        return None  # reading it says why
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return "not a regular file"
    return None if stat.S_ISDIR(mode) or real.endswith(".vmsd") else "not a .vmsd file"


def describe_outside(projects: Iterable[str]) -> str:
    named = ", ".join(f"`{os.path.relpath(each)}`" for each in projects)
    return f"outside the project {named}; {VARIABLE} can name a wider one"


def find_schemas(folder: str) -> Iterator[str]:
    """The .vmsd files in a folder and those below it, sorted.

    Hidden folders are left out, and releases that lie in it. Raises OSError for one that is no
    regular file, or a link that leads out of the folder's project.
    """
    project = find_project(folder)
    for here, folders, names in os.walk(folder, onerror=_raise):
        if FROZEN in names and here != folder:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".vmsd") and not name.startswith("."):
                path = os.path.join(here, name)
                check_inside(path, project)
                yield path


def check_name(path: str) -> None:
    """Raise OSError for a name that is no line of text. Every report shows names: one that ends
    its line looks like a line of vmsdl's own, or like a command to the runner of a job."""
    if path.isascii() and path.isprintable():
        return
    # For start-up speed: most names are plain.
    from vmsdl.diagnostics.render.text import escape_line

    # Bytes that are no UTF-8 end no line.
    text = os.fsencode(path).decode("utf-8", "replace")
    if escape_line(text) != text:
        raise OSError(errno.EINVAL, "its name has characters that are no text", path)


def check_named(path: str) -> None:
    """Raise OSError where a file that was named is a link that leads out of its project: names
    are often given by a program, as that of what a pull request has changed."""
    check_name(path)
    if not os.path.islink(path) or os.path.dirname(path).startswith(("/dev", "/proc")):
        return
    inside = find_project(os.path.dirname(path) or ".")
    if not is_inside(path, inside):
        raise OSError(errno.EXDEV, f"a link that leads {describe_outside((inside,))}", path)


def check_inside(path: str, project: str) -> None:
    """Raise OSError where a file that nobody named may not be read."""
    check_name(path)
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode):
        return
    fault = find_fault(path, (project,))
    if fault is not None:
        raise OSError(errno.EXDEV, fault, path)


def check_output(path: str, folder: str) -> None:
    """Raise OSError where a file to write in a folder is a link that leads out of it, or is a pipe
    or a device: a pull request can bring such a link under the name of an output."""
    try:
        if os.path.dirname(path) == folder and stat.S_ISREG(os.lstat(path).st_mode):
            return  # as it mostly is
    except OSError:
        pass
    real = os.path.realpath(path)
    if not is_inside(real, os.path.realpath(folder)):
        raise OSError(errno.EXDEV, "a link that leads out of its folder", path)
    try:
        mode = os.stat(real).st_mode
    except OSError:
        return  # nothing is there yet, or writing it says why
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EXDEV, "not a regular file", path)


def _raise(error: OSError) -> None:
    raise error
