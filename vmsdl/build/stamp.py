"""The end of a generated file: which compiler made it, from what, and if it is intact."""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from vmsdl.version import VERSION

# The forms of a stamp: a comment of Python, and one of C, whose lines are short.
PYTHON = "\n\n# vmsdl {}: from {}, text {}\n"
C = "\n/*\n * vmsdl {}: from {},\n * text {}\n */\n"

_STAMP = re.compile(
    r"\n(?:\n# vmsdl (\S+): from ([0-9a-f]+), text ([0-9a-f]+)"
    r"|/\*\n \* vmsdl (\S+): from ([0-9a-f]+),\n \* text ([0-9a-f]+)\n \*/)\n\Z"
)
_LONGEST = 200


class Stamp(NamedTuple):
    """`inputs` and `text` are digests: of what was compiled, and of the module above the stamp."""

    version: str
    inputs: str
    text: str


def compute_digest(text: str) -> str:
    """A name for a text; line ends do not count, for version control changes them."""
    data = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:32]


def compute_fingerprint(names: Iterable[str]) -> str:
    """One digest of several, in order."""
    return compute_digest("\n".join(names))


def add_stamp(text: str, inputs: str, form: str = PYTHON) -> str:
    """A module with its stamp; black would leave the line where it is."""
    return text + form.format(VERSION, inputs, compute_digest(text))


def read_stamp(text: str) -> Stamp | None:
    """The stamp of a module, None where it has none."""
    found = _STAMP.search(text, max(0, len(text) - _LONGEST))
    return Stamp(*filter(None, found.groups())) if found else None


def find_staleness_reason(text: str, inputs: str) -> str | None:
    """Why a module is not what this compiler would write, None where its stamp says it is."""
    text = text.replace("\r\n", "\n")
    found = _STAMP.search(text, max(0, len(text) - _LONGEST))
    stamp = read_stamp(text)
    if found is None or stamp is None:
        return "not written by vmsdl, or its last line is missing"
    if stamp.version != VERSION:
        return f"written by vmsdl {stamp.version}, this is vmsdl {VERSION}"
    if stamp.inputs != inputs:
        return "its source or an imported file has changed"
    if stamp.text != compute_digest(text[: found.start()]):
        return "edited by hand"
    return None
