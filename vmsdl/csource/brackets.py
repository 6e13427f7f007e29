"""Brackets and lists in tokens of C. What is never closed ends with the tokens."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

OPENING = frozenset("([{")
CLOSING = frozenset(")]}")
PARTNERS = {")": "(", "]": "[", "}": "{"}


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


def find_close(tokens: Sequence[str], start: int, end: int | None = None) -> int:
    """The place of the bracket that closes the one at `start`; of the last token if none does."""
    depth = 0
    last = len(tokens) if end is None else end
    for place in range(start, last):
        token = tokens[place]
        if token in OPENING:
            depth += 1
        elif token in CLOSING:
            depth -= 1
            if depth <= 0:
                return place
    return last - 1


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


def split_list(tokens: Sequence[str]) -> list[list[str]]:
    """The items of an initializer or call: behind a last comma there is none."""
    items = split(tokens)
    return items[:-1] if items and not items[-1] else items


def split_ranges(
    tokens: Sequence[str], start: int, end: int, separator: str = ","
) -> Iterator[tuple[int, int]]:
    """The ranges between separators that no bracket encloses. An empty last one is left out."""
    depth = 0
    begin = start
    for at in range(start, end):
        token = tokens[at]
        if token in OPENING:
            depth += 1
        elif token in CLOSING:
            depth -= 1
        elif token == separator and depth == 0:
            yield begin, at
            begin = at + 1
    if begin < end:
        yield begin, end


def read_designators(tokens: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """`.a = x, .b.c = y` as a table of tokens by `a`, `b.c`. What has no designator is left out."""
    found: dict[str, Sequence[str]] = {}
    for item in split_list(tokens):
        if len(item) > 2 and item[0] == "." and "=" in item:
            equals = list(item).index("=")
            found["".join(item[1:equals])] = item[equals + 1 :]
    return found


def strip_parentheses(tokens: Sequence[str]) -> Sequence[str]:
    """The tokens without parentheses around all of them, `&` before them, and casts to pointers."""
    while tokens:
        if tokens[0] == "&":
            tokens = tokens[1:]
        elif tokens[0] == "(":
            close = find_close(tokens, 0)
            if close == len(tokens) - 1:
                tokens = tokens[1:-1]
            elif tokens[close - 1] == "*":
                tokens = tokens[close + 1 :]
            else:
                break
        else:
            break
    return tokens


def is_nothing(tokens: Sequence[str]) -> bool:
    """Is it a null pointer, or not there at all?"""
    return list(strip_parentheses(tokens)) in ([], ["NULL"], ["0"])
