"""From the parser's state to words: what could stand here, behind what, and what stands here."""

from collections.abc import Sequence
from typing import Any

from vmsdl.syntax import tree
from vmsdl.syntax.builder import Head
from vmsdl.syntax.lex import Token
from vmsdl.syntax.machine import END

_SIGNS = {
    "SEMICOLON": ";",
    "RSQB": "]",
    "RPAR": ")",
    "MORETHAN": ">",
    "COLON": ":",
    "LBRACE": "{",
    "EQUAL": "=",
    "LSQB": "[",
    "LPAR": "(",
    "LESSTHAN": "<",
    "COMMA": ",",
    "DOT": ".",
    "RBRACE": "}",
    "THEN": "then",
    "ELSE": "else",
}
_DECLARED = {
    "CONST": "constant",
    "ENUM": "enum",
    "FLAGS": "flags",
    "STRUCT": "struct",
    "DEVICE": "device",
    "SUBSECTION": "subsection",
    "LOCAL": "local",
    "LET": "let",
    "PROPERTY": "property",
}
_UNNAMED = {
    "IMPORT": "the import",
    "MACHINE": "the machine",
    "VALIDATE": "the check",
    "HOOK": "the hook",
    "UNUSED": "`unused`",
    "UNMIGRATABLE": "`unmigratable`",
    "AT": "`@`",
}
_CONDITIONS = ("IF", "NEEDED", "WHERE", "VALIDATE", "NOT", "AND", "OR")


def is_operand(accepted: frozenset[str]) -> bool:
    """Whether an expression, or a part of one, begins here."""
    return {"TRUE", "NAME"} <= accepted


def expected(accepted: frozenset[str], values: Sequence[Any]) -> str:
    """What could stand here, in the language's words. `values` is the declaration so far."""
    before = values[-1].type if values and isinstance(values[-1], Token) else ""
    after = f" after `{values[-1].text}`" if before else ""
    if is_operand(accepted):
        return ("a condition" if before in _CONDITIONS else "a value") + after
    if "BOOL" in accepted:
        return "a type"
    if "STRUCT" in accepted:
        return "`struct`, `device`, `enum`, `flags`, `const`, `machine` or `import`"
    if "UNUSED" in accepted:
        return "a field, another member or `}`" if "RBRACE" in accepted else "a member"
    if "U8" in accepted and "BOOL" not in accepted:
        return "`u64` or the name of a struct" if "NAME" in accepted else "an integer type"
    if {"TRUE", "STRING"} <= accepted:
        return "a string, a number, `true` or `false`"
    if accepted == {"INT"}:
        return f"a number{after}"
    if accepted == {"STRING"}:
        return f"a text in double quotes{after}"
    if "EXTENDS" in accepted:
        return "`{`"
    if "NAME" in accepted:
        named = f" for the {_DECLARED[before]}" if before in _DECLARED else ""
        return f"a name{named}" + (" or `}`" if "RBRACE" in accepted else "")
    if _starts_with(values, "VALIDATE") and "COMMA" in accepted:
        return "`,` and a message in double quotes"
    if "NEEDED" in accepted and _starts_with(values, "SUBSECTION"):
        return "`needed`"
    if accepted == {"DOT"}:
        return "`.` and the name of a property"
    return next(f"`{text}`" for name, text in _SIGNS.items() if name in accepted)


def subject(values: Sequence[Any]) -> str | None:
    """What is being declared, such as "the field `x`"."""
    match list(values[:2]):
        case [Head(name=name), *_]:
            return f"the field `{name.text}`"
        case [tree.Name() as name, *_]:
            return f"the field `{name.text}`"
        case [Token(type="NAME") as name, *_]:
            return f"`{name.text}`"
        case [Token(type="AT"), Token() as name]:
            return f"`@{name.text}`"
        case [Token(type="MACHINE"), Token(type="STRING") as name]:
            return f"the machine {name.text}"
        case [Token() as word, Token(type="NAME") as name] if word.type in _DECLARED:
            return f"the {_DECLARED[word.type]} `{name.text}`"
        case [Token() as word, *_]:
            return _UNNAMED.get(word.type)
    return None


def found(token: Token) -> str:
    """A token as people call it."""
    if token.type == END:
        return "the end of the file"
    if token.type == "STRING":
        return "a text in quotes"
    if token.type == "INT":
        return f"the number `{token.text[:30]}`"
    return f"`{token.text[:30]}{'…' if len(token.text) > 30 else ''}`"


def _starts_with(values: Sequence[Any], terminal: str) -> bool:
    return bool(values) and isinstance(values[0], Token) and values[0].type == terminal
