"""From a token out of place to an instruction, for the habits that people bring along."""

from collections.abc import Sequence
from typing import Any

from vmsdl.syntax.expectations import is_operand
from vmsdl.syntax.lex import Token
from vmsdl.syntax.words import RESERVED

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


def hint(
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
