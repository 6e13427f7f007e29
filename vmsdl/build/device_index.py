"""Which files of a folder declare the devices of a stream, found in their text without a parser."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

# Comments and strings are matched so that a word inside one is passed over (see `import_graph`).
_COMMENT = re.compile(
    r"""//[^\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/)? | (?P<text>"(?:[^"\\\n]|\\.)*+"?)""", re.VERBOSE
)
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_DEVICE = re.compile(
    rf"\bdevice\s+(?P<name>[A-Za-z_]\w*)(?:\s+as\s+(?P<wire>{_STRING}(?:\s*,\s*{_STRING})*))?"
)
_MACHINE = re.compile(r"\bmachine\b")


def _scan_devices(text: str) -> Iterator[str]:
    """The wire names of the devices that a text without comments declares."""
    for found in _DEVICE.finditer(text):
        if found["wire"] is None:
            yield found["name"]
        else:
            yield from map(_read_string, re.findall(_STRING, found["wire"]))


def _read_string(literal: str) -> str:
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal  # the parser will say what is wrong with it, if another device needs it


def _remove_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: found["text"] or " ", text)


def find_needed(
    paths: Iterable[str], read: Callable[[str], str], idstrs: Iterable[str]
) -> list[str]:
    """The files that declare a device of these sections, or machine types.

    A bus puts a path before a device's name: `0000:00:01.1/ide`.
    """
    wanted = {idstr[at:] for idstr in idstrs for at in _find_name_starts(idstr)}
    return [path for path in paths if _is_needed(path, read, wanted)]


def _find_name_starts(idstr: str) -> Iterator[int]:
    yield 0
    for at, letter in enumerate(idstr):
        if letter == "/":
            yield at + 1


def _is_needed(path: str, read: Callable[[str], str], wanted: set[str]) -> bool:
    try:
        text = _remove_comments(read(path))
    except (OSError, ValueError):
        return True
    return any(name in wanted for name in _scan_devices(text)) or bool(_MACHINE.search(text))
