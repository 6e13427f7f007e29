"""From the parser's state to words: what could stand here, behind what, and what stands here."""

from collections.abc import Sequence
from typing import Any

from vmsdl.syntax import tree
from vmsdl.syntax.keywords import RESERVED
from vmsdl.syntax.lalr import END
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.tree_builder import Head

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


def describe_expected(accepted: frozenset[str], values: Sequence[Any]) -> str:
    """What could stand here, in the language's words. `values` is the declaration so far."""
    before = values[-1].type if values and isinstance(values[-1], Token) else ""
    after = f" after `{values[-1].text}`" if before else ""
    if is_operand(accepted):
        return ("a condition" if before in _CONDITIONS else "a value") + after
    if "SCALAR" in accepted:
        return "a type"
    if "STRUCT" in accepted:
        return "`struct`, `device`, `enum`, `flags`, `const`, `machine` or `import`"
    if "UNUSED" in accepted:
        return "a field, another member or `}`" if "RBRACE" in accepted else "a member"
    if "INTEGER" in accepted:
        return "an integer type"
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


def describe_subject(values: Sequence[Any]) -> str | None:
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


def describe_found(token: Token) -> str:
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


_PAIRS = {
    ("-", ">"): "write `.` to reach into a struct",
    ("=", "<"): "write `<=`",
    ("=", ">"): "write `>=`",
    ("<", ">"): "write `!=`",
    ("*", "*"): "multiply, or shift with `<<`",
    ("+", "+"): "nothing is changed in an expression; write `+ 1`",
}


_BETWEEN = frozenset(("EQUALS", "UNEQUAL", "LESSTHAN", "MORETHAN", "DOT", "PLUS", "AMPERSAND"))


_ENUM_HELP = "give every value its number, such as `idle = 0;`"


def find_hint(
    token: Token, before: Token, accepted: frozenset[str], values: Sequence[Any]
) -> str | None:
    """What to do about `token`, which stands behind `before`."""
    if token.start == before.end and (before.text, token.text) in _PAIRS:
        return _PAIRS[before.text, token.text]
    first = values[0].type if values and isinstance(values[0], Token) else ""
    if is_operand(accepted):
        if token.text in RESERVED:
            if token.text in ("if", "not"):
                return (
                    f"put it in parentheses; a member called `{token.text}` is `self.{token.text}`"
                )
            return f"a member called `{token.text}` is read as `self.{token.text}`"
        if before.text in RESERVED and token.type in _BETWEEN:
            return f"a member called `{before.text}` is read as `self.{before.text}`"
        if token.text == "=":
            return "write the condition right behind the word"
        return None
    if accepted == {"STRING"} and token.type == "NAME":
        return f'write `"{token.text}"`'
    if first == "NAME" and "EQUAL" in accepted and token.text in (",", "}", ";"):
        return _ENUM_HELP
    if token.text == "=" and "EQUALS" in accepted:
        return "write `==` to compare"
    if token.text == "=" and "INT" in accepted:
        return "write the number right behind the word"
    if token.text == "?" and "OR" in accepted:
        return "write `if condition then a else b`"
    if token.text == "?":
        return "`?` stands before the `[n]` of an array of pointers: `T?[n]`"
    if token.text == ";" and "UNUSED" in accepted:
        return "remove it"
    if token.text == ";" and before.text == "}":
        return "remove it: nothing follows a `}`"
    if token.text == "}" and "STRUCT" in accepted:
        return "remove it: every body is closed already"
    if first == "ENUM" or first == "FLAGS":
        return "an enum says how it is sent: `enum Name : u8 { … }`"
    if token.text == "needed" and first == "STRUCT":
        return "only devices and subsections are sent or not; a field takes `if`"
    if accepted == {"COLON", "AS"}:
        return "a field is written `name: type;`"
    if "RSQB" in accepted and token.text in (";", ","):
        return "close the `[`"
    return None
