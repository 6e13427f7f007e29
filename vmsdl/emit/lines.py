"""The body of a generated function, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager


class Lines:
    """Statements, and the names of the variables made so far."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0
        self._numbers: dict[str, int] = {}

    def add(self, *lines: str) -> None:
        self._lines += ["    " * self._depth + line for line in lines]

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.add(head)
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self, letter: str) -> str:
        """A new variable: `e1`, `e2`, …"""
        self._numbers[letter] = self._numbers.get(letter, 0) + 1
        return f"{letter}{self._numbers[letter]}"

    def mark(self) -> int:
        """The number of lines so far."""
        return len(self._lines)

    def text(self) -> str:
        return "\n".join(self._lines)
