"""The imports of files, found in their text without a parser: quick, and enough for builds."""

import os
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmsdl.source import SourceFile

# Comments and strings are matched so that an `import` inside one is passed over. What is not
# closed reaches to the end, and no part is tried twice (`*+`): hostile texts cost no more time.
_WORDS = re.compile(
    r"""//[^\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/)? | (?P<text>"(?:[^"\\\n]|\\.)*+"?)"""
    r"""| (?P<word>\bimport\b)""",
    re.VERBOSE,
)


def scan_imports(text: str) -> Iterator[str]:
    """The paths of a file's imports as they are written."""
    after_word = False
    end = 0
    for found in _WORDS.finditer(text):
        if after_word and text[end : found.start()].strip():
            after_word = False  # a field may be called `import`
        if found["word"]:
            after_word = True
        elif found["text"]:
            if after_word:
                yield from _read_string(found["text"])
            after_word = False
        end = found.end()


def _read_string(literal: str) -> Iterator[str]:
    import json  # here: most files import nothing

    try:
        yield json.loads(literal)
    except ValueError:
        return  # the parser will say what is wrong with it


class ImportGraph:
    """Files and all they import, each read once."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._texts: dict[str, str] = {}
        self._sources: dict[str, SourceFile] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def read_text(self, path: str) -> str:
        """A file's text; raises what `read` raises."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def read_source(self, path: str) -> "SourceFile":
        """The Reader for a compiler that shares what was read here."""
        # Imported here: what is up to date is seen from texts alone.
        from vmsdl.source import SourceFile

        if path not in self._sources:
            self._sources[path] = SourceFile(path, self.read_text(path))
        return self._sources[path]

    def find_imports(self, path: str) -> tuple[str, ...]:
        """The normalised paths of a file's own imports."""
        if path not in self._imports:
            folder = os.path.dirname(path)
            try:
                found = [
                    os.path.normpath(os.path.join(folder, name))
                    for name in scan_imports(self.read_text(path))
                ]
            except (OSError, ValueError):
                found = []  # the compiler will say what is wrong with it
            self._imports[path] = tuple(dict.fromkeys(found))
        return self._imports[path]

    def find_files(self, root: str) -> list[str]:
        """A file and all that it imports, directly or not, in a fixed order."""
        order: dict[str, None] = {}
        waiting = [root]
        while waiting:
            path = waiting.pop()
            if path not in order:
                order[path] = None
                waiting.extend(reversed(self.find_imports(path)))
        return list(order)
