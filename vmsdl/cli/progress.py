"""What is being done, on a terminal only, and only where it takes longer than a second."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LARGE = 100_000_000  # bytes; a smaller file is read in no time
_SHORT = 1.0  # seconds in which nothing is shown
_LONGEST_LINE = 79


def _is_shown(quiet: bool) -> bool:
    return not quiet and sys.stderr is not None and sys.stderr.isatty()


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


@contextmanager
def progress(size: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A function to call with the offset that is reached; None where nothing is shown."""
    if size < _LARGE or not _is_shown(quiet):
        yield None
        return
    shown = -1

    def report_offset(offset: int) -> None:
        nonlocal shown
        percent = offset * 100 // size
        if percent != shown:
            shown = percent
            _write(f"\r{percent:3} % of {size >> 20} MB")

    try:
        yield report_offset
    finally:
        _write("\r\x1b[K")


@contextmanager
def task_progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function to call with what is done next; it is shown after a second, until all is done."""
    if not _is_shown(quiet):
        yield lambda task: None
        return
    line = _TaskLine()
    # One task can take long: what shows it must not wait for the next one.
    timer = threading.Timer(_SHORT, line.show)
    timer.daemon = True
    timer.start()
    try:
        yield line.change
    finally:
        timer.cancel()
        line.clear()


class _TaskLine:
    """The line with the task at hand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._task = ""
        self._is_shown = False

    def change(self, task: str) -> None:
        with self._lock:
            self._task = task
            if self._is_shown:
                self._write()

    def show(self) -> None:
        with self._lock:
            self._is_shown = True
            self._write()

    def clear(self) -> None:
        with self._lock:
            if self._is_shown:
                _write("\r\x1b[K")
            self._is_shown = False

    def _write(self) -> None:
        _write(f"\r\x1b[K{self._task[:_LONGEST_LINE]}")
