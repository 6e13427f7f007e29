"""One file of a tree under one target: its tokens after `#if`, its macros, what it includes."""

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import field

from vmsdl.csource.lexer import read_comments, read_tokens, remove_comments
from vmsdl.records import dataclass

_DIRECTIVE = re.compile(r"\s*#\s*(\w+)\s*(.*)", re.DOTALL)
_DEFINE = re.compile(r"([A-Za-z_]\w*)(\(([^)]*)\))?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro. `parameters` is None for one without parentheses; a variadic one ends in `...`."""

    name: str
    parameters: tuple[str, ...] | None
    body: tuple[str, ...]
    path: str
    line: int

    @property
    def is_variadic(self) -> bool:
        return self.parameters is not None and self.parameters[-1:] == ("...",)


@dataclass(slots=True)
class Unit:
    """`tokens` and `lines` are parallel. `includes` are paths of the tree, in order."""

    path: str
    tokens: list[str] = field(default_factory=list, repr=False)
    lines: "Sequence[int]" = field(default_factory=lambda: array("I"), repr=False)
    macros: dict[str, Macro] = field(default_factory=dict, repr=False)
    includes: tuple[str, ...] = field(default=(), repr=False)
    comments: dict[int, str] = field(default_factory=dict, repr=False)
    # Macros that an `#undef` ended: the file's own lines above it are written with them.
    ended_macros: dict[str, Macro] = field(default_factory=dict, repr=False)

    def with_tokens(self, tokens: Sequence[str], line: int) -> "Unit":
        """A unit of tokens that a macro made, which all have the macro's line."""
        return Unit(
            self.path,
            list(tokens),
            [line] * len(tokens),
            self.macros,
            self.includes,
            self.comments,
            self.ended_macros,
        )


@dataclass(frozen=True, slots=True)
class Region:
    """A slice of a unit's tokens."""

    unit: Unit
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def tokens(self) -> list[str]:
        return self.unit.tokens[self.start : self.end]

    @property
    def line(self) -> int:
        lines = self.unit.lines
        at = min(self.start, len(lines) - 1)
        return lines[at] if lines else 1


# Decides an `#if`: (the directive's word, its text, the unit so far) to a truth.
Decide = Callable[[str, str, Unit], bool]
# From the name in an `#include`, and the including file, to a path of the tree or None.
Resolve = Callable[[str, str], str | None]


def read_unit(path: str, text: str, decide: Decide, resolve: Resolve) -> Unit:
    """The unit of a file's text. An `#if` that is never closed ends with the file."""
    unit = Unit(path, comments=read_comments(text))
    lines = unit.lines
    assert isinstance(lines, array)
    includes: list[str] = []
    # For each open `#if`: was the text around it kept, was one of its branches.
    stack: list[tuple[bool, bool]] = []
    keeps = True
    source = iter(enumerate(remove_comments(text).split("\n"), 1))
    for number, line in source:
        if "#" not in line or not line.lstrip().startswith("#"):
            if keeps and line:
                tokens = read_tokens(line)
                unit.tokens += tokens
                lines.extend([number] * len(tokens))
            continue
        while line.endswith("\\"):
            _, more = next(source, (0, ""))
            line = f"{line[:-1]} {more}"
        found = _DIRECTIVE.match(line)
        word, rest = (found[1], found[2].strip()) if found else ("", "")
        if word in ("if", "ifdef", "ifndef"):
            is_true = keeps and decide(word, rest, unit)
            stack.append((keeps, is_true))
            keeps = is_true
        elif word in ("elif", "else") and stack:
            outer, done = stack.pop()
            is_true = outer and not done and (word == "else" or decide("if", rest, unit))
            stack.append((outer, done or is_true))
            keeps = is_true
        elif word == "endif" and stack:
            keeps = stack.pop()[0]
        elif keeps and word == "define":
            macro = _read_macro(rest, path, number)
            if macro is not None:
                unit.macros[macro.name] = macro
        elif keeps and word == "undef":
            ended = unit.macros.pop(rest.split()[0] if rest else "", None)
            if ended is not None:
                unit.ended_macros[ended.name] = ended
        elif keeps and word == "include":
            target = resolve(rest.strip('"<> '), path)
            if target is not None:
                includes.append(target)
                unit.includes = tuple(includes)
    return unit


def _read_macro(text: str, path: str, line: int) -> Macro | None:
    found = _DEFINE.match(text)
    if found is None:
        return None
    parameters = None
    if found[2] is not None:
        words = (word.strip() for word in found[3].split(","))
        parameters = tuple(word for word in words if word)
    return Macro(found[1], parameters, tuple(read_tokens(found[4])), path, line)
