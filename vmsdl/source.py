"""Source files, and places in them: positions and spans."""

from bisect import bisect_right
from dataclasses import field
from functools import cached_property

from vmsdl.records import dataclass


@dataclass(frozen=True, order=True)
class Position:
    """A place as people count it: line and column from 1. Columns are characters."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class SourceFile:
    """The text of one .vmsd file, and the path that messages show for it."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, c in enumerate(self.text) if c == "\n")]

    def position(self, offset: int) -> Position:
        """The line and column of a character offset. An offset after the end is the end."""
        offset = min(offset, len(self.text))
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def offset(self, number: int) -> int:
        """Where line `number` begins, counted from 1."""
        return self._line_starts[number - 1]

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its line end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text) + 1
        return self.text[start : end - 1].removesuffix("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters from offset `start` up to, and without, offset `end` of one source."""

    source: SourceFile
    start: int
    end: int

    @property
    def first(self) -> Position:
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """The position right after the span."""
        return self.source.position(self.end)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: "Span") -> "Span":
        """From the start of this span to the end of another in the same source."""
        return Span(self.source, self.start, other.end)


NOWHERE = Span(SourceFile("", ""), 0, 0)
