"""Brackets and lists in tokens of C. What is never closed ends with the tokens."""

from collections.abc import Iterator, Mapping, Sequence

_OPEN = frozenset("([{")
_CLOSE = frozenset(")]}")


def find_close(tokens: Sequence[str], start: int, end: int | None = None) -> int:
    """The index of the bracket that closes the one at `start`; the last index where none does."""
    depth = 0
    last = len(tokens) if end is None else end
    for at in range(start, last):
        token = tokens[at]
        if token in _OPEN:
            depth += 1
        elif token in _CLOSE:
            depth -= 1
            if depth <= 0:
                return at
    return last - 1


def split_ranges(
    tokens: Sequence[str], start: int, end: int, separator: str = ","
) -> Iterator[tuple[int, int]]:
    """The ranges between separators that no bracket encloses. An empty last one is left out."""
    depth = 0
    begin = start
    for at in range(start, end):
        token = tokens[at]
        if token in _OPEN:
            depth += 1
        elif token in _CLOSE:
            depth -= 1
        elif token == separator and depth == 0:
            yield begin, at
            begin = at + 1
    if begin < end:
        yield begin, end


def split(tokens: Sequence[str], separator: str = ",") -> list[Sequence[str]]:
    return [tokens[begin:end] for begin, end in split_ranges(tokens, 0, len(tokens), separator)]


def read_designators(tokens: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """`.a = x, .b.c = y` as a table of tokens by `a`, `b.c`. What has no designator is left out."""
    found: dict[str, Sequence[str]] = {}
    for item in split(tokens):
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
