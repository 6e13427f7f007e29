"""Files beside a schema that declare what it uses and does not import."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace

from vmsdl.build.import_graph import ImportGraph
from vmsdl.diagnostics.codes import UNKNOWN_NAME, UNKNOWN_TYPE
from vmsdl.diagnostics.diagnostic import Diagnostic, Fix
from vmsdl.source import SourceFile, Span

MOST_FILES = 500  # of one folder that are searched

_DECLARED = re.compile(
    r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|\"(?:[^\"\\\n]|\\.)*+\"?"
    r"|(?P<brace>[{}])|\b(?:struct|enum|flags|const)\s+(?P<name>[A-Za-z_]\w*)"
)
_IMPORT = re.compile(r'^[ \t]*import\s+"[^"\n]*"\s*;[^\n]*\n?', re.MULTILINE)
_COMMENTS = re.compile(r"(?:[ \t]*(?://(?!/)[^\n]*)?\n)*")


def suggest_imports(found: Iterable[Diagnostic], graph: ImportGraph) -> list[Diagnostic]:
    """The same diagnostics. An unknown name that a file beside the schema declares has a fix."""
    declared = _Declarations(graph)
    return [
        declared.suggest(each) if each.code in (UNKNOWN_TYPE, UNKNOWN_NAME) else each
        for each in found
    ]


class _Declarations:
    """The files that declare a name, by folder. A folder is searched when it is first needed."""

    def __init__(self, graph: ImportGraph) -> None:
        self.graph = graph
        self.folders: dict[str, dict[str, list[str]]] = {}

    def suggest(self, diagnostic: Diagnostic) -> Diagnostic:
        source, name = diagnostic.span.source, diagnostic.span.text
        if diagnostic.fixes or not os.path.isfile(source.path):
            return diagnostic
        paths = [
            path
            for path in self._search(os.path.dirname(source.path)).get(name, ())
            if os.path.normpath(source.path) not in self.graph.find_files(path)
        ]
        if not paths:
            return diagnostic
        names = [f'`import "{os.path.basename(path)}";`' for path in paths[:3]]
        title = f"write {' or '.join(names)} at the top of the file"
        if len(paths) > 1:
            return replace(diagnostic, help=title)
        text = f'import "{os.path.basename(paths[0])}";\n'
        fix = Fix.replacing(_find_place(source), text, title)
        return replace(diagnostic, help=title, fixes=(fix,))

    def _search(self, folder: str) -> dict[str, list[str]]:
        if folder not in self.folders:
            names: dict[str, list[str]] = {}
            for path in _list_schemas(folder):
                for name in self._read_names(path):
                    names.setdefault(name, []).append(path)
            self.folders[folder] = names
        return self.folders[folder]

    def _read_names(self, path: str) -> set[str]:
        try:
            text = self.graph.read_text(path)
        except (OSError, ValueError):
            return set()
        names, level = set(), 0
        for each in _DECLARED.finditer(text):
            if each["brace"]:
                level += 1 if each["brace"] == "{" else -1
            elif each["name"] and level == 0:
                names.add(each["name"])
        return names


def _list_schemas(folder: str) -> list[str]:
    try:
        names = sorted(name for name in os.listdir(folder or ".") if name.endswith(".vmsd"))
    except OSError:
        return []
    return [os.path.normpath(os.path.join(folder, name)) for name in names[:MOST_FILES]]


def _find_place(source: SourceFile) -> Span:
    """Where an import is put: after the last one, else below the comment at the top."""
    place = 0
    for each in _IMPORT.finditer(source.text):
        place = each.end()
    if place == 0 and (comments := _COMMENTS.match(source.text)) is not None:
        place = comments.end()
    return Span(source, place, place)
