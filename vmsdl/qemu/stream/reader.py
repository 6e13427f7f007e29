"""From any buffer to big-endian numbers at an offset, or a StreamError that says what lacks."""

import mmap
from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

_WINDOW = 1 << 16
_FORGET_UNIT = 1 << 24


_DONTNEED: int | None = getattr(mmap, "MADV_DONTNEED", None)  # not on every system


class StreamFault(Enum):
    """What is wrong with a stream, where QEMU has a message of its own for it."""

    CONFIGURATION_SUBSECTION = "unknown subsection of the configuration"
    CONFIGURATION_VERSION = "unknown version of a subsection of the configuration"
    SECTION_NOT_STARTED = "a section goes on that never began"
    OTHER = "anything else"


class StreamError(ValueError):
    """Bytes that are no migration stream: where (`offset`), and why (`message`).

    `name` and `number` belong to the fault: a subsection and its version.
    """

    def __init__(
        self,
        offset: int,
        message: str,
        fault: StreamFault = StreamFault.OTHER,
        name: str = "",
        number: int = 0,
    ) -> None:
        super().__init__(offset, message)
        self.offset = offset
        self.message = message
        self.fault = fault
        self.name = name
        self.number = number

    def __str__(self) -> str:
        return f"{self.message} (at byte {self.offset}, 0x{self.offset:x})"


class ByteReader:
    """Looks into a buffer without copying it; `what` names the thing that is cut short."""

    def __init__(self, data: "Buffer", report_offset: Callable[[int], None] | None = None) -> None:
        self.report_offset = report_offset
        self.view = memoryview(data).cast("B")
        self.size = len(self.view)

        # The walk over a large mapped file touches every page of it: what lies behind is let go, or
        # the process would seem to hold the whole file.
        self._mapped = data if isinstance(data, mmap.mmap) else None
        self._forgotten_up_to = 0

    def forget(self, offset: int) -> None:
        """What lies before is not looked at again soon: a mapped file may leave memory."""
        if self.report_offset is not None:
            self.report_offset(offset)
        read_pages = offset - offset % _FORGET_UNIT
        if (
            self._mapped is not None
            and _DONTNEED is not None
            and read_pages > self._forgotten_up_to
        ):
            self._mapped.madvise(
                _DONTNEED, self._forgotten_up_to, read_pages - self._forgotten_up_to
            )
            self._forgotten_up_to = read_pages

    def number(self, offset: int, width: int, what: str) -> int:
        return int.from_bytes(self.view[offset : self.skip(offset, width, what)], "big")

    def text(self, offset: int, length: int, what: str) -> str:
        """Names are for people and for comparison: bytes that are no UTF-8 are shown escaped."""
        end = self.skip(offset, length, what)
        return bytes(self.view[offset:end]).decode("utf-8", "backslashreplace")

    def counted(self, offset: int, what: str) -> tuple[str, int]:
        """A length byte and that many bytes; with the offset behind them."""
        length = self.number(offset, 1, what)
        return self.text(offset + 1, length, what), offset + 1 + length

    def skip(self, offset: int, length: int, what: str) -> int:
        """The offset behind `length` bytes that must be there."""
        if length > self.size - offset:
            left = max(self.size - offset, 0)
            raise StreamError(
                min(offset, self.size), f"{what} needs {length} bytes, but only {left} left"
            )
        return offset + length

    def starts_with(self, offset: int, expected: bytes) -> bool:
        return offset >= 0 and bytes(self.view[offset : offset + len(expected)]) == expected

    def occurrences(self, needle: bytes, start: int) -> Iterator[int]:
        """Where `needle` occurs. A memoryview cannot search: windows are copied, each once."""
        while start + len(needle) <= self.size:
            window = bytes(self.view[start : start + _WINDOW + len(needle) - 1])
            found = window.find(needle)
            while found >= 0:
                yield start + found
                found = window.find(needle, found + 1)
            start += _WINDOW

    def find_last_zero(self) -> int:
        end = self.size
        while end > 0:
            start = max(0, end - _WINDOW)
            found = bytes(self.view[start:end]).rfind(0)
            if found >= 0:
                return start + found
            end = start
        return -1
