"""Places of nodes in the C files that they come from, so that reports point there."""

from dataclasses import field, fields, is_dataclass, replace
from typing import Any

from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, SourceFile, Span
from vmsdl.syntax import tree


@dataclass(slots=True)
class Places:
    """The spans of lines of C. A path in a report begins with the name of the tree."""

    program: Program
    sources: dict[str, SourceFile] = field(default_factory=dict)

    def find(self, place: SourcePlace) -> Span:
        """The line of a place, without the blanks around it."""
        if not place.path:
            return NOWHERE
        source = self.sources.get(place.path)
        if source is None:
            path = self.program.tree.name_path(place.path)
            source = SourceFile(path, self.program.tree.read(place.path))
            self.sources[place.path] = source
        count = source.text.count("\n") + 1
        line = source.line(min(max(place.line, 1), count))
        start = source.offset(min(max(place.line, 1), count))
        inner = len(line) - len(line.lstrip())
        return Span(source, start + inner, start + max(len(line.rstrip()), inner))

    def spread(self, file: tree.FileTree, name: str) -> tree.FileTree:
        """The tree where each node without a place has that of the nearest node around it."""
        path = self.program.tree.name_path(name)
        source = SourceFile(path, path)
        items = tuple(_spread(item, Span(source, 0, 0)) for item in file.items)
        return replace(file, source=source, items=items)


def _spread(value: Any, span: Span) -> Any:
    if isinstance(value, tuple):
        return tuple(_spread(each, span) for each in value)
    if not is_dataclass(value) or isinstance(value, type) or not hasattr(value, "span"):
        return value
    own = span if value.span is NOWHERE else value.span
    changed = {
        one.name: _spread(getattr(value, one.name), own)
        for one in fields(value)
        if one.init and one.name != "span"
    }
    return replace(value, span=own, **changed)
