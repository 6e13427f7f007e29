"""The lines of QEMU's C style: at most 80 columns, operators at the ends of lines."""

import json
import re

WIDTH = 80
# Where a line ends best: behind these, if there are any; else behind commas; else signs.
_LOGICAL = re.compile(r" (?:&&|\|\||\?|:) $")
_IS_LOGICAL = re.compile(r" (?:&&|\|\||\?) ")
_COMMA = re.compile(r", $")
_SIGN = re.compile(r" \S{1,2} $|, $")
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^ "])+ *')


def quote(text: str) -> str:
    """A string literal. Nothing in it can end the literal or begin a trigraph."""
    text = json.dumps(text, ensure_ascii=False).replace("??", '?""?')
    return re.sub(r"\\u00([0-9a-f]{2})", r'\\x\1""', text)


def wrap(head: str, text: str, tail: str = "") -> list[str]:
    """`head` and `text` in lines; those after the first begin below where the text does."""
    indent = " " * len(head)
    pieces = [
        part
        for piece in _split(text, _LOGICAL if _IS_LOGICAL.search(text) else _COMMA)
        for part in (_split(piece, _SIGN) if len(indent) + len(piece) > WIDTH else [piece])
    ]
    pieces[-1] += tail
    lines, line = [], head
    for index, piece in enumerate(pieces):
        if index and line != indent and len(line) + len(piece.rstrip()) > WIDTH:
            lines.append(line.rstrip())
            line = indent
        line += piece
    return [*lines, line.rstrip()]


def wrap_call(head: str, text: str, tail: str = "") -> list[str]:
    """The same for `function(arguments)`: its lines begin below the first argument."""
    function, bracket, arguments = text.partition("(")
    return wrap(f"{head}{function}{bracket}", arguments, tail) if bracket else [head + text + tail]


def _split(text: str, ends: re.Pattern[str]) -> list[str]:
    """The pieces between which a line can end. A string literal is never split."""
    pieces = [""]
    for word in _WORD.findall(text):
        if ends.search(pieces[-1]):
            pieces.append(word)
        else:
            pieces[-1] += word
    return pieces


def write_comment(text: str, indent: str = "") -> list[str]:
    """A comment block of QEMU: `/*` and `*/` stand alone unless it is one short line."""
    words = text.replace("*/", "* /").replace("/*", "/ *")
    lines: list[str] = []
    for paragraph in re.split(r"\n(?=\s*(?:\n|[-*\d]))", words):
        line = ""
        for word in paragraph.split():
            if line and len(indent) + 3 + len(line) + 1 + len(word) > WIDTH:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    if len(lines) == 1 and len(indent) + len(lines[0]) + 6 <= WIDTH:
        return [f"{indent}/* {lines[0]} */"]
    return [f"{indent}/*", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]
