"""The text of C as tokens, and its comments."""

import re
import sys
from collections.abc import Iterable, Sequence

STRING = r'"(?:\\.|[^"\\\n])*"'
CHARACTER = r"'(?:\\.|[^'\\\n])*'"

# A bracket or a letter first: the most frequent ends the search soonest.
TOKEN = re.compile(
    rf"[A-Za-z_]\w*|[(){{}}\[\],;]|{STRING}|{CHARACTER}|\.?[0-9](?:[eEpP][+-]|[\w.])*"
    r"|->|\+\+|--|<<=?|>>=?|[<>=!+\-*/%&|^]=|&&|\|\||##|\.\.\.|[^\s\\]"
)
NAME = re.compile(r"[A-Za-z_]\w*")
COMMENT = re.compile(rf"{STRING}|{CHARACTER}|/\*.*?(?:\*/|\Z)|//(?:[^\n\\]|\\.)*", re.DOTALL)

OPENING = frozenset("([{")
CLOSING = frozenset(")]}")
PARTNERS = {")": "(", "]": "[", "}": "{"}


def read_tokens(text: str) -> list[str]:
    """The tokens of a text without comments. Equal tokens are one object."""
    return list(map(sys.intern, TOKEN.findall(text)))


def is_name(token: str) -> bool:
    return token[:1].isalpha() or token[:1] == "_"


def remove_comments(text: str) -> str:
    """The text with a blank for each comment. No line changes its number."""
    return COMMENT.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] != "/":
        return text
    return " " + "\n" * text.count("\n")


def read_comments(text: str) -> dict[int, str]:
    """The comments of a text, by the number of the line on which each ends."""
    comments: dict[int, str] = {}
    line, reached = 1, 0
    for found in COMMENT.finditer(text):
        if found[0][0] == "/":
            line += text.count("\n", reached, found.end())
            reached = found.end()
            comments[line] = found[0]
    return comments


def match_brackets(tokens: list[str]) -> dict[int, int]:
    """The partner of each bracket, in both directions; those without a partner are left out."""
    partners: dict[int, int] = {}
    open_places: list[int] = []
    for place in [i for i, token in enumerate(tokens) if token in "()[]{}"]:
        token = tokens[place]
        if token in OPENING:
            open_places.append(place)
            continue
        wanted = PARTNERS[token]
        # A brace ends what was left open inside it; another bracket that does not fit is stray.
        while open_places and tokens[open_places[-1]] != wanted and token == "}":
            open_places.pop()
        if open_places and tokens[open_places[-1]] == wanted:
            start = open_places.pop()
            partners[start], partners[place] = place, start
    return partners


def find_close(tokens: Sequence[str], start: int) -> int:
    """The place of the bracket that closes the one at `start`; of the last token if none does."""
    depth = 0
    for place in range(start, len(tokens)):
        token = tokens[place]
        if token in OPENING:
            depth += 1
        elif token in CLOSING:
            depth -= 1
            if depth <= 0:
                return place
    return len(tokens) - 1


def split(tokens: Iterable[str], separator: str = ",") -> list[list[str]]:
    """The parts between separators that stand in no bracket. Nothing gives no part."""
    parts: list[list[str]] = []
    part: list[str] = []
    depth = 0
    for token in tokens:
        if token in OPENING:
            depth += 1
        elif token in CLOSING:
            depth -= 1
        elif token == separator and not depth:
            parts.append(part)
            part = []
            continue
        part.append(token)
    return [*parts, part] if part or parts else []
