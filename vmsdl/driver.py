"""The contents page of the compiler: from the path of a schema to what was asked for."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from vmsdl.analysis.acceptance import accept_warnings
from vmsdl.analysis.build import build_schema
from vmsdl.analysis.checks import run_checks
from vmsdl.analysis.load import LoadedProgram, Parse, Reader, load_program
from vmsdl.diagnostics.diagnostic import StageResult
from vmsdl.prove import prove_checks
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.parser import parse
from vmsdl.syntax.tree import FileTree

if TYPE_CHECKING:
    from vmsdl.output_file import OutputFile


def load_schema(path: str, read: Reader) -> StageResult[Schema]:
    """From the path of a .vmsd file to its checked schema; `read` may raise for this path."""
    return load_source(read(path), read)


def load_source(source: SourceFile, read: Reader, parse: Parse = parse) -> StageResult[Schema]:
    """From a file's text to its checked schema; `read` gives what it imports."""
    with _pause_collector():
        program = parse(source).then(lambda root: load_program(root, read, parse))
        result = program.then(build_schema).check_with(run_checks).check_with(prove_checks)
        return _accept(result, program.value)


def load_each(sources: Iterable[SourceFile], read: Reader) -> Iterator[StageResult[Schema]]:
    """The checked schema of each; what several of them import is parsed once."""
    parse_once = cache(parse)
    return (load_source(source, read, parse_once) for source in sources)


def _accept(result: StageResult[Schema], program: LoadedProgram | None) -> StageResult[Schema]:
    if program is None:
        return result
    is_checked = not result.has_errors
    found = accept_warnings(result.diagnostics, program, is_checked=is_checked)
    return StageResult(result.value, found)


def reload_source(source: SourceFile, read: Reader) -> StageResult[Schema]:
    """The schema of a file that was checked before, as that of a frozen release; no check runs."""
    with _pause_collector():
        return _build(source, read)


def _build(source: SourceFile, read: Reader) -> StageResult[Schema]:
    return parse(source).then(lambda root: load_program(root, read)).then(build_schema)


def build_trees(trees: Mapping[str, FileTree]) -> Iterator[StageResult[Schema]]:
    """The schema of each tree, with what it imports from the others; no check runs.

    `trees` by path: they were never text, and their places are in the files that they come from.
    """

    def read(path: str) -> SourceFile:
        if path not in trees:
            raise FileNotFoundError(path)
        return trees[path].source

    with _pause_collector():
        for root in trees.values():
            program = load_program(root, read, lambda source: StageResult(trees[source.path]))
            yield program.then(build_schema)


@contextmanager
def _pause_collector() -> Iterator[None]:
    """No garbage collection: a schema is many objects that live on, so a search finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compile_schema(path: str, read: Reader) -> "StageResult[tuple[OutputFile, ...]]":
    """From the path of a .vmsd file to the modules of it and of all that it imports."""
    # Imported here: `check` has no use for templates and black.
    from vmsdl.emit import emit

    return load_schema(path, read).map(emit)


def export_schema_c(
    path: str, read: Reader, structs: Sequence[str] = ()
) -> "StageResult[tuple[OutputFile, ...]]":
    """From the path of a .vmsd file to QEMU's C for it and for all that it imports."""
    # Imported here: other commands have no use for it.
    from vmsdl.emit_c import emit_c

    return load_schema(path, read).then(lambda schema: emit_c(schema, structs))


def load_text(text: str, path: str = "<text>") -> StageResult[Schema]:
    """From text in memory, which can import nothing, to its checked schema."""
    return load_source(SourceFile(path, text), _refuse_import)


def reload(schema: Schema, texts: Mapping[str, str]) -> Schema | None:
    """A schema with other texts in place of some of its files; None where it has faults then."""
    known = {file.path: file.source for file in schema.files}

    def read(path: str) -> SourceFile:
        if path in texts:
            return SourceFile(path, texts[path])
        if path not in known:
            raise FileNotFoundError(path)
        return known[path]

    outcome = load_source(read(schema.files[-1].path), read)
    return None if outcome.has_errors else outcome.value


def _refuse_import(path: str) -> SourceFile:
    raise FileNotFoundError(path)
