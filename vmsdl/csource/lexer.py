"""The text of C as tokens, and its comments."""

import re
import sys

STRING = r'"(?:\\.|[^"\\\n])*"'
CHARACTER = r"'(?:\\.|[^'\\\n])*'"

# A bracket or a letter first: the most frequent ends the search soonest.
TOKEN = re.compile(
    rf"[A-Za-z_]\w*|[(){{}}\[\],;]|{STRING}|{CHARACTER}|\.?[0-9](?:[eEpP][+-]|[\w.])*"
    r"|->|\+\+|--|<<=?|>>=?|[<>=!+\-*/%&|^]=|&&|\|\||##|\.\.\.|[^\s\\]"
)
NAME = re.compile(r"[A-Za-z_]\w*")
COMMENT = re.compile(rf"{STRING}|{CHARACTER}|/\*.*?(?:\*/|\Z)|//(?:[^\n\\]|\\.)*", re.DOTALL)


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
