"""How far a long reading has come, on a terminal only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LARGE = 100_000_000  # bytes; what is smaller is read before one could look


@contextmanager
def progress(size: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """What is to be told the offset reached; None where nobody looks. The line goes at the end."""
    if quiet or size < _LARGE or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    shown = -1

    def told(offset: int) -> None:
        nonlocal shown
        percent = offset * 100 // size
        if percent != shown:
            shown = percent
            sys.stderr.write(f"\r{percent:3} % of {size >> 20} MB")
            sys.stderr.flush()

    try:
        yield told
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
