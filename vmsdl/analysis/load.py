"""From the tree of one file to the program: the file and all that it imports, each parsed once."""

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
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, StageResult
from vmsdl.records import dataclass
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.parser import parse

Reader: TypeAlias = Callable[[str], SourceFile]
# From a file to its tree: by its text, or for what was never text, by its path.
Parse: TypeAlias = Callable[[SourceFile], StageResult[tree.FileTree]]

MAX_FILES = 1000
MAX_DEPTH = 20
MAX_CHARACTERS = 32_000_000


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A tree, and the paths of the files that it imports."""

    tree: tree.FileTree
    imports: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return self.tree.source.path


@dataclass(frozen=True, slots=True)
class LoadedProgram:
    """All files of a schema, each after those that it imports. The last is the root."""

    files: tuple[LoadedFile, ...]


def load_program(
    root: tree.FileTree, read: Reader, parse: Parse = parse
) -> StageResult[LoadedProgram]:
    """Follow the imports of a file, depth first."""
    loader = _ImportLoader(read, parse)
    loader.enter(os.path.normpath(root.source.path), root, None)
    while loader.path:
        loader.advance()
    diagnostics = (*loader.syntax_errors, *loader.reporter.sort_diagnostics())
    result = StageResult(LoadedProgram(tuple(loader.files)), diagnostics)
    return StageResult(None, diagnostics) if result.has_errors else result


@dataclass(slots=True)
class _FileVisit:
    """A file whose imports are being followed."""

    key: str
    file: tree.FileTree
    entered_by: tree.ImportDecl | None
    waiting: list[tree.ImportDecl]
    imports: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _ImportLoader:
    """Follows imports. `path`: from the root to the current file. Keys are normalised paths."""

    read: Reader
    parse: Parse
    reporter: Reporter = field(default_factory=Reporter)
    syntax_errors: list[Diagnostic] = field(default_factory=list)
    files: list[LoadedFile] = field(default_factory=list)
    path: list[_FileVisit] = field(default_factory=list)
    loaded: dict[str, str | None] = field(
        default_factory=dict
    )  # the path in messages; None: it has an error
    same_files: dict[tuple[str, str], str] = field(default_factory=dict)  # name and text -> key
    characters: int = 0

    def enter(self, key: str, file: tree.FileTree, entered_by: tree.ImportDecl | None) -> None:
        imports = [item for item in file.items if isinstance(item, tree.ImportDecl)]
        self.path.append(_FileVisit(key, file, entered_by, imports[::-1]))
        self.characters += len(file.source.text)
        if len(imports) < len(file.items):
            self.same_files.setdefault(_find_identity(file.source), key)

    def advance(self) -> None:
        visit = self.path[-1]
        if visit.waiting:
            self._follow_import(visit, visit.waiting.pop())
            return
        shown = visit.file.source.path
        self.path.pop()
        self.files.append(LoadedFile(visit.file, tuple(dict.fromkeys(visit.imports))))
        self.loaded[visit.key] = shown
        if self.path:
            self.path[-1].imports.append(shown)

    def _follow_import(self, visit: _FileVisit, declaration: tree.ImportDecl) -> None:
        key = _resolve_path(declaration, visit.file.source.path, self.reporter)
        if key is None or self._use_loaded(visit, declaration, key):
            return
        self.loaded[key] = None
        if (limit := self._find_exceeded_limit()) is not None:
            message = limit
            self.reporter.report(TOO_MANY_IMPORTS, declaration.path.span, message)
            return
        source = _read_file(declaration, key, self.read, self.reporter)
        if source is None:
            return
        # Two paths can lead to one file, by a link, or by a `..` above the current folder. Two
        # files of one name and text are taken for one: its names cannot be declared twice.
        same_file = self.same_files.get(_find_identity(source))
        if same_file is not None:
            self._use_loaded(visit, declaration, same_file)
            self.loaded[key] = self.loaded.get(same_file)
            return
        parsed = self.parse(source)
        self.syntax_errors += parsed.diagnostics
        if parsed.value is not None:
            del self.loaded[key]
            self.enter(key, parsed.value, declaration)

    def _use_loaded(self, visit: _FileVisit, declaration: tree.ImportDecl, key: str) -> bool:
        """Use the file if it was loaded before, and return True. An open file is a cycle."""
        if key in self.loaded:
            if (shown := self.loaded[key]) is not None:
                visit.imports.append(shown)
            return True
        is_open = any(open_file.key == key for open_file in self.path)
        if is_open:
            _report_cycle(declaration, key, self.path, self.reporter)
        return is_open

    def _find_exceeded_limit(self) -> str | None:
        if len(self.path) >= MAX_DEPTH:
            return f"import chain is longer than {MAX_DEPTH} files"
        if len(self.loaded) + len(self.path) >= MAX_FILES:
            return f"schema has more than {MAX_FILES} files"
        return (
            f"schema has more than {MAX_CHARACTERS:,} characters"
            if self.characters > MAX_CHARACTERS
            else None
        )


def _find_identity(source: SourceFile) -> tuple[str, str]:
    return os.path.basename(source.path), source.text


def _resolve_path(declaration: tree.ImportDecl, importer: str, reporter: Reporter) -> str | None:
    """The normalised path of an import, which is relative to the importing file."""
    path = declaration.path.value
    if not path or "\0" in path:
        reporter.report(
            IMPORT_NOT_FOUND,
            declaration.path.span,
            "invalid import path: expected the path of a file",
        )
        return None
    if os.path.isabs(path):
        # On another machine it is another file or none, and one file would have two paths.
        reporter.report(
            IMPORT_NOT_RELATIVE,
            declaration.path.span,
            "absolute import path: expected a path relative to this file",
        )
        return None
    return os.path.normpath(os.path.join(os.path.dirname(importer), path))


def _read_file(
    declaration: tree.ImportDecl, key: str, read: Reader, reporter: Reporter
) -> SourceFile | None:
    code: Code
    fix: Fix | None = None
    try:
        return read(key)
    except FileNotFoundError:
        code, message = IMPORT_NOT_FOUND, f"cannot find file `{key}`"
        fix = _add_suffix(declaration, key, read)
    except IsADirectoryError:
        code, message = IMPORT_UNREADABLE, f"`{key}` is a folder, not a file"
    except UnicodeDecodeError as error:
        code = IMPORT_UNREADABLE
        message = f"`{key}` is not UTF-8: invalid byte at offset {error.start}"
    except OSError as error:
        reason = error.strerror or "cannot be opened"
        reason = reason[:1].lower() + reason[1:]
        code, message = IMPORT_UNREADABLE, f"cannot read `{key}`: {reason}"
    except ValueError:
        # No file system accepts the name: it has a lone surrogate.
        code, message = IMPORT_NOT_FOUND, "invalid import path: not a valid file name"
    reporter.report(code, declaration.path.span, message, fix=fix)
    return None


def _add_suffix(declaration: tree.ImportDecl, key: str, read: Reader) -> Fix | None:
    """`import "pci"` where `pci.vmsd` is there."""
    root = os.path.splitext(declaration.path.value)[0]
    for name in (f"{declaration.path.value}.vmsd", f"{root}.vmsd"):
        path = os.path.normpath(os.path.join(os.path.dirname(key), os.path.basename(name)))
        try:
            read(path)
        except (OSError, ValueError):
            continue
        return Fix.replacing(declaration.path.span, f'"{name}"')
    return None


def _report_cycle(
    declaration: tree.ImportDecl, key: str, stack: list[_FileVisit], reporter: Reporter
) -> None:
    start = next(i for i, visit in enumerate(stack) if visit.key == key)
    cycle = stack[start:]
    chain = " -> ".join(f"`{visit.file.source.path}`" for visit in (*cycle, cycle[0]))
    also = tuple(
        Label(visit.entered_by.path.span, "imported here")
        for visit in cycle[1:]
        if visit.entered_by is not None
    )
    reporter.report(
        IMPORT_CYCLE,
        declaration.path.span,
        f"import cycle: {chain}",
        "closes the cycle",
        also=also,
        help="move the shared declarations into a separate file",
    )
