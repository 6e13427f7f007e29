"""From .vmsd files to checked schemas."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console
from vmsdl.cli.inputs import paths as sources

if TYPE_CHECKING:
    from vmsdl.analysis.load import Reader
    from vmsdl.diagnostics.diagnostic import StageResult
    from vmsdl.schema.description import Schema
    from vmsdl.source import SourceFile


def load_paths(paths: Iterable[str], console: Console) -> "list[Schema] | None":
    """The schemas of files and folders; None where one has errors, which are shown."""
    from vmsdl.build.import_graph import ImportGraph
    from vmsdl.project import make_reader

    found = sources.find(paths)
    graph = ImportGraph(make_reader(found))
    return load_sources(map(sources.read, found), graph.read_source, console)


def load_devices_of(path: str, idstrs: Iterable[str], console: Console) -> "list[Schema] | None":
    """The schemas of a folder that sections of these names need; of a file, all of it.

    Errors of the other files are not shown: nothing of them is used.
    """
    from vmsdl.build.device_index import find_needed
    from vmsdl.build.import_graph import ImportGraph
    from vmsdl.project import make_reader

    if not os.path.isdir(path):
        return load_paths([path], console)
    found = sources.find([path])
    graph = ImportGraph(make_reader(found))
    needed = find_needed(found, graph.read_text, idstrs)
    return load_sources(map(sources.read, needed), graph.read_source, console)


def load_sources(
    found: "Iterable[SourceFile]", read: "Reader", console: Console
) -> "list[Schema] | None":
    """The schemas of some texts; None where one has errors, which are shown."""
    from vmsdl.driver import load_each

    return collect_schemas(load_each(found, read), console)


def collect_schemas(
    outcomes: "Iterable[StageResult[Schema]]", console: Console
) -> "list[Schema] | None":
    """All schemas; None at the first that has errors, which are shown."""
    schemas = []
    for outcome in outcomes:
        if outcome.value is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return None
        schemas.append(outcome.value)
    return schemas
