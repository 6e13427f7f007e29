"""What a file imports, read off its text: enough to see, without a parser, what has changed."""

import json
import os
import re
from collections.abc import Callable, Iterator

from vmsdl.source import SourceFile

_GAP = r"(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*"
_TEXT = r'"(?:[^"\\\n]|\\.)*"'
# Comments and strings are matched so that an `import` inside one is passed over.
_WORDS = re.compile(rf"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|\bimport\b{_GAP}(?P<path>{_TEXT})|{_TEXT}")


def imports(text: str) -> Iterator[str]:
    """The paths of a file's imports as they are written."""
    for found in _WORDS.finditer(text):
        if path := found["path"]:
            try:
                yield json.loads(path)
            except ValueError:
                continue  # the parser will say what is wrong with it


class Closure:
    """Files and all they import, each read once; a path is None where it could not be read."""

    def __init__(self, read: Callable[[str], SourceFile]) -> None:
        self._read = read
        self._sources: dict[str, SourceFile | None] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def read(self, path: str) -> SourceFile:
        """A file's text: a Reader for the compiler that shares what was read here."""
        known = self._sources.get(path)
        if known is None:
            known = self._sources[path] = self._read(path)
        return known

    def imports(self, path: str) -> tuple[str, ...]:
        """The normalised paths of a file's own imports."""
        if path not in self._imports:
            folder = os.path.dirname(path)
            try:
                found = [
                    os.path.normpath(os.path.join(folder, name))
                    for name in imports(self.read(path).text)
                ]
            except (OSError, ValueError):
                self._sources[path] = None
                found = []
            self._imports[path] = tuple(dict.fromkeys(found))
        return self._imports[path]

    def of(self, root: str) -> list[str]:
        """A file and all that it imports, directly or not, in a fixed order."""
        order: dict[str, None] = {}
        waiting = [root]
        while waiting:
            path = waiting.pop()
            if path not in order:
                order[path] = None
                waiting.extend(reversed(self.imports(path)))
        return list(order)
