"""`@c`: what C needs of a declaration and a schema does not say.

`@c("key", "value", …)` has pairs. `@c("name")` alone is the pair whose key is the most usual one of
the declaration: the type of a device or struct, the function of what is `extern`, the member of a
local or property.
"""

import re
from collections.abc import Mapping

from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import BAD_C_ANNOTATION
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.expr.nodes import Extern
from vmsdl.schema.description import (
    Const,
    Description,
    EnumDefinition,
    Field,
    Hook,
    Placed,
    Role,
    Unused,
)

NAME = "c"

_HOOKS = tuple(hook.value for hook in Hook)
_OF_DESCRIPTION = ("type", "function", "variable", "header", *_HOOKS)
_OF_FIELD = ("function", "info", "type", "storage", "list", "next", "start")


def read_c(placed: Placed, reporter: Reporter | None = None) -> Mapping[str, str | int]:
    """The pairs of a declaration. Faults are reported where there is a reporter."""
    keys = find_keys(placed)
    found: dict[str, str | int] = {}
    for annotation in placed.annotations:
        if annotation.name != NAME:
            continue
        arguments = annotation.arguments
        if len(arguments) == 1:
            arguments = (find_usual_key(placed), *arguments)
        for key, value in zip(arguments[::2], arguments[1::2], strict=False):
            if key in keys:
                found[str(key)] = value
                if reporter is not None and not _is_valid(str(key), value):
                    message = f"`{value}` is no {key} in C"
                    reporter.report(BAD_C_ANNOTATION, placed.span, message)
            elif reporter is not None:
                known = ", ".join(f"`{each}`" for each in keys)
                reporter.report(
                    BAD_C_ANNOTATION,
                    placed.span,
                    f"`@c` knows no `{key}` here",
                    help=reporter.suggest_nearest(str(key), keys) or f"it knows {known}",
                )
        if len(arguments) % 2 and reporter is not None:
            reporter.report(BAD_C_ANNOTATION, placed.span, "`@c` has a key without a value")
    return found


def _is_valid(key: str, value: str | int | bool) -> bool:
    """Whether a value can stand in C where its key puts it."""
    match key:
        case "start":
            return isinstance(value, int) and value >= 0
        case "member" | "storage" | "list":
            return True  # these are looked at where they are used
        case "header":
            pattern = r"[\w./+-]+"
        case "type":
            pattern = r"(?:(?:struct|union) )?[A-Za-z_]\w*"
        case _:
            pattern = r"[A-Za-z_]\w*"
    return re.fullmatch(pattern, str(value), re.ASCII) is not None


def find_keys(placed: Placed) -> tuple[str, ...]:
    """What can be said of a declaration."""
    match placed:
        case Description():
            return _OF_DESCRIPTION
        case Field():
            return _OF_FIELD
        case Unused():
            return ("function",)
        case Const() | EnumDefinition():
            return ("name",)
        case _:
            return ("member",)


def find_usual_key(placed: Placed) -> str:
    """The key of `@c("name")`."""
    match placed:
        case Description(role=Role.SUBSECTION) | Description(needed=Extern()):
            return "function"  # a subsection has the type of its owner
        case Description():
            return "type"
        case _:
            return find_keys(placed)[0]


def read_word(placed: Placed, key: str, words: tuple[str, ...]) -> str:
    """The value of a key that has few; the first where it is not given."""
    value = read_c(placed).get(key, words[0])
    if value not in words:
        known = ", ".join(f"`{each}`" for each in words)
        raise NotInC(placed.span, f"`@c` knows no {key} `{value}`", f"it knows {known}")
    return str(value)
