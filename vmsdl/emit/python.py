"""Python text as black lays it out: the one place that knows black."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from black import Mode

LINE_LENGTH = 100


def format_code(chunks: tuple[str, ...]) -> str:
    """Top-level pieces of a module, laid out one by one (black is superlinear) and joined."""
    import black

    with _paused():
        # A piece is given the blank lines that black wants before it by the piece's own first word.
        texts = [black.format_str(chunk, mode=_mode()).strip("\n") for chunk in chunks if chunk]
    return _joined(texts)


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
def _paused() -> Iterator[None]:
    """The collector costs more than half of black's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
