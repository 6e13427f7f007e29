"""Formats generated Python text; the only module that uses black."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from black import Mode

LINE_LENGTH = 100
JoinCode: TypeAlias = Callable[[tuple[str, ...]], str]


def format_code(chunks: tuple[str, ...]) -> str:
    """The top-level pieces of a module, formatted one by one, since black is superlinear."""
    with _collector_paused():
        # A piece is given the blank lines that black wants before it by the piece's own first word.
        texts = [_format_piece(chunk) for chunk in chunks if chunk]
    return _joined(texts)


# A file that many import is emitted for each of them, and black takes nearly all of the time.
@lru_cache(maxsize=16_384)
def _format_piece(chunk: str) -> str:
    import black

    return black.format_str(chunk, mode=_mode()).strip("\n")


def join_code(chunks: tuple[str, ...]) -> str:
    """The same pieces as they are: for a module that nobody reads."""
    return _joined([chunk.strip("\n") for chunk in chunks])


def _joined(texts: list[str]) -> str:
    text = ""
    for piece in texts:
        if not piece:
            continue
        if text:
            text += "\n\n\n" if _is_definition(piece) or _ends_definition(text) else "\n\n"
        text += piece
    return text + "\n"


def _is_definition(piece: str) -> bool:
    return piece.startswith(("class ", "def ", "@"))


def _ends_definition(text: str) -> bool:
    return text.rpartition("\n")[2].startswith(" ")


@cache
def _mode() -> "Mode":
    import black
    from black.mode import TargetVersion

    # Explicit versions: otherwise the layout of a piece hangs on what else stands in the module.
    return black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector, which takes more than half of the time of black."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
