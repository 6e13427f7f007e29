"""From the tree of one file to the program: that file and all it imports, each parsed once."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from vmsdl.analysis.faults import Faults
from vmsdl.diagnostics.catalogue import names as codes
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Outcome
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.parse import parse

Reader: TypeAlias = Callable[[str], SourceFile]

MAX_FILES = 1000
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A tree, and the paths of the files it imports as their sources give them."""

    tree: tree.FileTree
    imports: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return self.tree.source.path


@dataclass(frozen=True, slots=True)
class Program:
    """All files of a schema, every one behind those that it imports; the last was asked for."""

    files: tuple[LoadedFile, ...]


@dataclass(slots=True)
class _Visit:
    """A file whose imports are being followed."""

    key: str
    file: tree.FileTree
    entered_by: tree.ImportDecl | None
    waiting: list[tree.ImportDecl]
    imports: list[str] = field(default_factory=list)


def load(root: tree.FileTree, read: Reader) -> Outcome[Program]:
    """Follow the imports of a file, depth first."""
    faults = Faults()
    syntax: list[Diagnostic] = []
    files: list[LoadedFile] = []
    done: dict[str, str | None] = {}  # normalised path -> the path shown; None: not to be had
    stack = [_visit(os.path.normpath(root.source.path), root, None)]
    while stack:
        visit = stack[-1]
        if not visit.waiting:
            stack.pop()
            files.append(LoadedFile(visit.file, tuple(dict.fromkeys(visit.imports))))
            done[visit.key] = visit.file.source.path
            if stack:
                stack[-1].imports.append(visit.file.source.path)
            continue
        wanted = visit.waiting.pop()
        key = _target(wanted, visit.file.source.path, faults)
        if key is None:
            continue
        if key in done:
            if (shown := done[key]) is not None:
                visit.imports.append(shown)
        elif any(open_file.key == key for open_file in stack):
            _report_cycle(wanted, key, stack, faults)
        elif len(stack) >= MAX_DEPTH or len(done) + len(stack) >= MAX_FILES:
            what = "deep" if len(stack) >= MAX_DEPTH else "many"
            limit = f"{MAX_DEPTH} levels" if what == "deep" else f"{MAX_FILES} files"
            faults.add(
                codes.TOO_MANY_IMPORTS, wanted.path.span, f"imports are too {what}: over {limit}"
            )
            done[key] = None
        else:
            source = _read(wanted, key, read, faults)
            parsed = parse(source) if source else Outcome[tree.FileTree](None)
            syntax += parsed.diagnostics
            if parsed.value is None:
                done[key] = None
            else:
                stack.append(_visit(key, parsed.value, wanted))
    diagnostics = (*syntax, *faults.sorted())
    outcome = Outcome(Program(tuple(files)), diagnostics)
    return Outcome(None, diagnostics) if outcome.has_errors else outcome


def _visit(key: str, file: tree.FileTree, entered_by: tree.ImportDecl | None) -> _Visit:
    imports = [item for item in file.items if isinstance(item, tree.ImportDecl)]
    return _Visit(key, file, entered_by, imports[::-1])


def _target(wanted: tree.ImportDecl, importer: str, faults: Faults) -> str | None:
    """The normalised path an import means, seen from the file it stands in."""
    path = wanted.path.value
    if not path or "\0" in path:
        faults.add(codes.IMPORT_NOT_FOUND, wanted.path.span, "an import needs the path of a file")
        return None
    if os.path.isabs(path):
        # Elsewhere the same path is another file or none, and two ways to one file look like two.
        faults.add(
            codes.IMPORT_NOT_RELATIVE,
            wanted.path.span,
            "an import is relative to the file it stands in, and this path is absolute",
        )
        return None
    return os.path.normpath(os.path.join(os.path.dirname(importer), path))


def _read(wanted: tree.ImportDecl, key: str, read: Reader, faults: Faults) -> SourceFile | None:
    code: Code
    try:
        return read(key)
    except FileNotFoundError:
        code, message = codes.IMPORT_NOT_FOUND, f"there is no file `{key}`"
    except IsADirectoryError:
        code, message = codes.IMPORT_UNREADABLE, f"`{key}` is a folder, not a file"
    except UnicodeDecodeError as error:
        code = codes.IMPORT_UNREADABLE
        message = f"`{key}` is not UTF-8: byte {error.start} cannot be read"
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        code, message = codes.IMPORT_UNREADABLE, f"`{key}` cannot be read: {reason}"
    except ValueError:
        # A name that no file system takes (a lone surrogate).
        code, message = codes.IMPORT_NOT_FOUND, "this cannot be the path of a file"
    faults.add(code, wanted.path.span, message)
    return None


def _report_cycle(wanted: tree.ImportDecl, key: str, stack: list[_Visit], faults: Faults) -> None:
    start = next(i for i, visit in enumerate(stack) if visit.key == key)
    ring = stack[start:]
    chain = " -> ".join(f"`{visit.file.source.path}`" for visit in (*ring, ring[0]))
    also = tuple(
        Label(visit.entered_by.path.span, "imported here")
        for visit in ring[1:]
        if visit.entered_by is not None
    )
    faults.add(
        codes.IMPORT_CYCLE,
        wanted.path.span,
        f"these imports lead back to where they began: {chain}",
        "closes the ring",
        also=also,
        help="move what both need into a file of its own",
    )
