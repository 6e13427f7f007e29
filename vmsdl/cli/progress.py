"""The progress of reading a large file, on a terminal only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LARGE = 100_000_000  # bytes; a smaller file is read in no time


@contextmanager
def progress(size: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A function to call with the offset that is reached; None where nothing is shown."""
    if quiet or size < _LARGE or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    shown = -1

    def report_offset(offset: int) -> None:
        nonlocal shown
        percent = offset * 100 // size
        if percent != shown:
            shown = percent
            sys.stderr.write(f"\r{percent:3} % of {size >> 20} MB")
            sys.stderr.flush()

    try:
        yield report_offset
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
