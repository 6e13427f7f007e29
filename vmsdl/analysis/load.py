"""From the tree of one file to the program: that file and all it imports, each parsed once."""

import os
from collections.abc import Callable
from dataclasses import field
from typing import TypeAlias

from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import (
    IMPORT_CYCLE,
    IMPORT_NOT_FOUND,
    IMPORT_NOT_RELATIVE,
    IMPORT_UNREADABLE,
    TOO_MANY_IMPORTS,
)
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, StageResult
from vmsdl.records import dataclass
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.parser import parse

Reader: TypeAlias = Callable[[str], SourceFile]

MAX_FILES = 1000
MAX_DEPTH = 20
MAX_CHARACTERS = 32_000_000


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A tree, and the paths of the files it imports as their sources give them."""

    tree: tree.FileTree
    imports: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return self.tree.source.path


@dataclass(frozen=True, slots=True)
class LoadedProgram:
    """All files of a schema, every one behind those that it imports; the last was asked for."""

    files: tuple[LoadedFile, ...]


def load_program(root: tree.FileTree, read: Reader) -> StageResult[LoadedProgram]:
    """Follow the imports of a file, depth first."""
    loader = _Loader(read)
    loader.enter(os.path.normpath(root.source.path), root, None)
    while loader.path:
        loader.step()
    diagnostics = (*loader.syntax, *loader.faults.sorted())
    outcome = StageResult(LoadedProgram(tuple(loader.files)), diagnostics)
    return StageResult(None, diagnostics) if outcome.has_errors else outcome


@dataclass(slots=True)
class _Visit:
    """A file whose imports are being followed."""

    key: str
    file: tree.FileTree
    entered_by: tree.ImportDecl | None
    waiting: list[tree.ImportDecl]
    imports: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Loader:
    """The walk: `path` leads from the root to the file being read. Keys are normalised paths."""

    read: Reader
    faults: Reporter = field(default_factory=Reporter)
    syntax: list[Diagnostic] = field(default_factory=list)
    files: list[LoadedFile] = field(default_factory=list)
    path: list[_Visit] = field(default_factory=list)
    done: dict[str, str | None] = field(default_factory=dict)  # the path shown; None: a fault
    twins: dict[tuple[str, str], str] = field(default_factory=dict)  # name and text -> key
    characters: int = 0

    def enter(self, key: str, file: tree.FileTree, entered_by: tree.ImportDecl | None) -> None:
        imports = [item for item in file.items if isinstance(item, tree.ImportDecl)]
        self.path.append(_Visit(key, file, entered_by, imports[::-1]))
        self.characters += len(file.source.text)
        if len(imports) < len(file.items):
            self.twins.setdefault(_name_and_text(file.source), key)

    def step(self) -> None:
        visit = self.path[-1]
        if visit.waiting:
            self._follow(visit, visit.waiting.pop())
            return
        shown = visit.file.source.path
        self.path.pop()
        self.files.append(LoadedFile(visit.file, tuple(dict.fromkeys(visit.imports))))
        self.done[visit.key] = shown
        if self.path:
            self.path[-1].imports.append(shown)

    def _follow(self, visit: _Visit, wanted: tree.ImportDecl) -> None:
        key = _target(wanted, visit.file.source.path, self.faults)
        if key is None or self._is_met(visit, wanted, key):
            return
        self.done[key] = None
        if (limit := self._limit()) is not None:
            message = f"a schema has at most {limit}"
            self.faults.add(TOO_MANY_IMPORTS, wanted.path.span, message)
            return
        source = _read(wanted, key, self.read, self.faults)
        if source is None:
            return
        # Paths alone do not show that two ways lead to one file: a link, or a `..` above the
        # folder we are in. Twice the same text under one name could only be declared twice.
        twin = self.twins.get(_name_and_text(source))
        if twin is not None:
            self._is_met(visit, wanted, twin)
            self.done[key] = self.done.get(twin)
            return
        parsed = parse(source)
        self.syntax += parsed.diagnostics
        if parsed.value is not None:
            del self.done[key]
            self.enter(key, parsed.value, wanted)

    def _is_met(self, visit: _Visit, wanted: tree.ImportDecl, key: str) -> bool:
        """Is it a file that has been met already? On the path, that is a ring."""
        if key in self.done:
            if (shown := self.done[key]) is not None:
                visit.imports.append(shown)
            return True
        is_open = any(open_file.key == key for open_file in self.path)
        if is_open:
            _report_cycle(wanted, key, self.path, self.faults)
        return is_open

    def _limit(self) -> str | None:
        if len(self.path) >= MAX_DEPTH:
            return f"{MAX_DEPTH} files that import one another in a row"
        if len(self.done) + len(self.path) >= MAX_FILES:
            return f"{MAX_FILES} files"
        return f"{MAX_CHARACTERS:,} characters" if self.characters > MAX_CHARACTERS else None


def _name_and_text(source: SourceFile) -> tuple[str, str]:
    return os.path.basename(source.path), source.text


def _target(wanted: tree.ImportDecl, importer: str, faults: Reporter) -> str | None:
    """The normalised path an import means, seen from the file it stands in."""
    path = wanted.path.value
    if not path or "\0" in path:
        faults.add(IMPORT_NOT_FOUND, wanted.path.span, "an import needs the path of a file")
        return None
    if os.path.isabs(path):
        # Elsewhere the same path is another file or none, and two ways to one file look like two.
        faults.add(
            IMPORT_NOT_RELATIVE,
            wanted.path.span,
            "an import is relative to the file it stands in, and this path is absolute",
        )
        return None
    return os.path.normpath(os.path.join(os.path.dirname(importer), path))


def _read(wanted: tree.ImportDecl, key: str, read: Reader, faults: Reporter) -> SourceFile | None:
    code: Code
    try:
        return read(key)
    except FileNotFoundError:
        code, message = IMPORT_NOT_FOUND, f"there is no file `{key}`"
    except IsADirectoryError:
        code, message = IMPORT_UNREADABLE, f"`{key}` is a folder, not a file"
    except UnicodeDecodeError as error:
        code = IMPORT_UNREADABLE
        message = f"`{key}` is not UTF-8: byte {error.start} cannot be read"
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        code, message = IMPORT_UNREADABLE, f"`{key}` cannot be read: {reason}"
    except ValueError:
        # A name that no file system takes (a lone surrogate).
        code, message = IMPORT_NOT_FOUND, "this cannot be the path of a file"
    faults.add(code, wanted.path.span, message)
    return None


def _report_cycle(wanted: tree.ImportDecl, key: str, stack: list[_Visit], faults: Reporter) -> None:
    start = next(i for i, visit in enumerate(stack) if visit.key == key)
    ring = stack[start:]
    chain = " -> ".join(f"`{visit.file.source.path}`" for visit in (*ring, ring[0]))
    also = tuple(
        Label(visit.entered_by.path.span, "imported here")
        for visit in ring[1:]
        if visit.entered_by is not None
    )
    faults.add(
        IMPORT_CYCLE,
        wanted.path.span,
        f"these imports lead back to where they began: {chain}",
        "closes the ring",
        also=also,
        help="move what both need into a file of its own",
    )
