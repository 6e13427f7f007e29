"""What every codec works on: bytes to read, a list to write to, the objects in reach."""

import sys
from typing import Any

from vmsdl.runtime.errors import Reason
from vmsdl.runtime.layout import Code, Length

# Objects may stand in one another this deep: more than schemas need, less than Python's own limit.
MAXIMUM_DEPTH = 150
IS_LITTLE_ENDIAN = sys.byteorder == "little"


class CodecRefusal(Exception):
    """A failure on its way up; every level that it passes adds its part of the path.

    `loaded`: the objects in the making, the innermost first.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        offset: int = 0,
        values: tuple[object, ...] = (),
    ) -> None:
        super().__init__(reason, message, offset)
        self.reason: Reason = reason
        self.message = message
        self.offset = offset
        self.values = values
        self.parts: list[str] = []
        self.loaded: list[Any] = []

    def path(self, title: str) -> str:
        return title + "".join(reversed(self.parts))


class MemoryBudget:
    """Bytes of memory that may still be spent on what the input itself does not pay for.

    `lenient`: the length of a zero is 0 where the state gives none, for objects in the making.
    """

    __slots__ = ("left", "lenient")

    def __init__(self, left: int, *, lenient: bool = False) -> None:
        self.left = left
        self.lenient = lenient

    def charge(self, cost: int, offset: int = 0) -> None:
        self.left -= cost
        if self.left < 0:
            raise CodecRefusal(
                "limit", "requires too much memory for the length of the data", offset
            )


class InputReader:
    """The bytes of one decode call and the place reached, counted from the data's beginning."""

    __slots__ = ("budget", "data", "depth", "end", "pos")

    def __init__(self, data: bytes | memoryview, pos: int) -> None:
        self.data = data
        self.pos = pos
        self.end = len(data)
        self.depth = 0
        self.budget = MemoryBudget((64 << 20) + 64 * len(data))

    def take(self, size: int) -> bytes:
        start = self.pos
        if size > self.end - start:
            raise self.short(size)
        self.pos = start + size
        return bytes(self.data[start : self.pos])

    def short(self, size: int) -> CodecRefusal:
        return CodecRefusal(
            "truncated", f"needs {plural(size)}, but only {self.end - self.pos} left", self.pos
        )

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise CodecRefusal(
                "limit", f"is nested more than {MAXIMUM_DEPTH} levels deep", self.pos
            )


class OutputWriter:
    """The parts of one encode call.

    `present`: subsections are written where they are not None, not where they are needed.
    `has_converted`: a value had a type that fast code does not take, such as a list for an array.
    """

    __slots__ = ("has_converted", "out", "present")

    def __init__(self, present: bool) -> None:
        self.out: list[bytes] = []
        self.present = present
        self.has_converted = False


class ObjectContext:
    """Where work is done: the object and its owners, the version, and what the object brings along.

    `keeps`: all attributes are set, and what is absent keeps them. `based`: they are the receiver's
    own, so `equal`, `bounded` and null pointers go by them. `initial`: values that were set before
    the bytes that decide their length were seen.
    """

    __slots__ = ("based", "chain", "initial", "keeps", "version")

    def __init__(
        self,
        chain: tuple[Any, ...],
        version: int,
        *,
        based: bool = False,
        keeps: bool = False,
    ) -> None:
        self.chain = chain
        self.version = version
        self.based = based
        self.keeps = keeps
        self.initial: dict[str, Any] = {}


def evaluate(code: Code, context: ObjectContext, offset: int, *more: int) -> Any:
    try:
        return code(*context.chain, context.version, *more)
    except (LookupError, ArithmeticError, ValueError) as error:
        raise CodecRefusal(
            "out-of-range", f"cannot evaluate an expression: {error}", offset
        ) from error
    except (TypeError, AttributeError) as error:
        # A local or a value of the wrong type, set by the program.
        raise CodecRefusal(
            "bad-value", f"cannot evaluate an expression: {error}", offset
        ) from error


def measure(length: Length, context: ObjectContext, offset: int) -> int:
    """A count or length, as it is at this moment."""
    if isinstance(length, int):
        return length
    value = evaluate(length, context, offset)
    if not isinstance(value, int):
        raise CodecRefusal("bad-value", f"length is {value!r}, not an integer", offset)
    if value < 0:
        raise CodecRefusal("out-of-range", f"length {value} is negative", offset)
    return int(value)


def measure_zero(length: Length, context: ObjectContext, budget: MemoryBudget) -> int:
    """The length that a zero has."""
    try:
        return measure(length, context, 0)
    except CodecRefusal:
        if budget.lenient:
            return 0
        raise


def measure_minimum(length: Length, context: ObjectContext | None) -> int:
    """A lower bound of a length: what it is now, where there is a state to ask."""
    if isinstance(length, int):
        return length
    if context is None:
        return 0
    try:
        return measure(length, context, 0)
    except CodecRefusal:
        return 0


def plural(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"
