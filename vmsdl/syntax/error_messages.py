"""From the parser's state to the message and the hint of a syntax error.

Every "unexpected X after Y, expected Z" is an `UnexpectedToken`, and `describe_unexpected` makes
its message. The nouns come from `nouns.py`. `find_hint` says what the author may have intended.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from vmsdl.records import dataclass
from vmsdl.syntax import tree
from vmsdl.syntax.keywords import RESERVED
from vmsdl.syntax.lalr import END
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.nouns import DECLARATIONS, SIGNS, UNNAMED, Noun
from vmsdl.syntax.tree_builder import FieldHead

_CONDITIONS = ("IF", "NEEDED", "WHERE", "VALIDATE", "NOT", "AND", "OR")


class Surprise(Enum):
    """In what way a token is unexpected."""

    OTHER_TOKEN = auto()  # another token is expected in its place
    MISSING_SIGN = auto()  # only a sign is missing before it
    UNKNOWN_WORD = auto()  # nothing begins with this word
    ITEM_IN_BODY = auto()  # an item inside a body
    UNCLOSED_BODY = auto()  # an item before the body is closed
    TYPE_BEFORE_NAME = auto()  # `u32 x`, as in C
    END_OF_FILE = auto()  # the file ends inside a declaration
    UNCLOSED_AT_END = auto()  # the file ends before a body is closed


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected in a place."""

    noun: str
    after: str = ""  # the word or sign right before it, where it explains the noun
    preposition: str = "after"  # it is expected "after" or "for" what is being declared


@dataclass(frozen=True, slots=True)
class UnexpectedToken:
    """The facts of a message about a token that is not accepted."""

    surprise: Surprise
    found: str  # a noun
    expected: Expectation
    subject: str | None = None  # what is being declared, such as "field `x`"
    body: str = ""  # the innermost body that is open, such as "device `d`" or "device"


def describe_unexpected(error: UnexpectedToken) -> str:
    """The message: the only place that knows how these sentences are built."""
    expected = _join_words(error.expected.noun, "after", error.expected.after)
    match error.surprise:
        case Surprise.OTHER_TOKEN | Surprise.MISSING_SIGN:
            # One "after" is enough.
            subject = "" if error.expected.after else error.subject or ""
            message = f"expected {_join_words(expected, error.expected.preposition, subject)}"
            is_named = error.surprise is Surprise.OTHER_TOKEN
            return f"{message}, found {error.found}" if is_named else message
        case Surprise.UNKNOWN_WORD:
            return f"expected {expected}, found {error.found}"
        case Surprise.ITEM_IN_BODY:
            return f"{error.found} is not allowed inside a {error.body}"
        case Surprise.UNCLOSED_BODY:
            return f"expected {expected} to close {error.body}, found {error.found}"
        case Surprise.TYPE_BEFORE_NAME:
            return f"expected {expected} before its type, found {error.found}"
        case Surprise.END_OF_FILE:
            return f"unexpected end of file, expected {expected}"
        case Surprise.UNCLOSED_AT_END:
            return f"unexpected end of file, expected {expected} to close {error.body}"


def _join_words(first: str, preposition: str, second: str) -> str:
    return f"{first} {preposition} {second}" if second else first


def is_operand(accepted: frozenset[str]) -> bool:
    """Whether an expression, or a part of one, begins here."""
    return {"TRUE", "NAME"} <= accepted


def find_expected(accepted: frozenset[str], values: Sequence[Any]) -> Expectation:
    """What is expected here. `values` is the declaration that is not finished."""
    before = values[-1].type if values and isinstance(values[-1], Token) else ""
    after = f"`{values[-1].text}`" if before else ""
    if is_operand(accepted):
        return Expectation(Noun.CONDITION if before in _CONDITIONS else Noun.VALUE, after)
    if "SCALAR" in accepted:
        return Expectation(Noun.TYPE, preposition="for")
    if "STRUCT" in accepted:
        return Expectation(Noun.ITEM)
    if "UNUSED" in accepted:
        return Expectation(Noun.MEMBER_OR_END if "RBRACE" in accepted else Noun.MEMBER)
    if "INTEGER" in accepted:
        return Expectation(Noun.INTEGER_TYPE)
    if {"TRUE", "STRING"} <= accepted:
        return Expectation(Noun.LITERAL)
    if accepted == {"INT"}:
        return Expectation(Noun.NUMBER, after)
    if accepted == {"STRING"}:
        return Expectation(Noun.TEXT, after)
    if "EXTENDS" in accepted:
        return Expectation(Noun.BODY)
    if "NAME" in accepted:
        owner = DECLARATIONS[before].with_article if before in DECLARATIONS else ""
        name = _join_words(Noun.NAME, "for", owner)
        return Expectation(f"{name} or {Noun.BODY_END}" if "RBRACE" in accepted else name)
    if _starts_with(values, "VALIDATE") and "COMMA" in accepted:
        return Expectation(Noun.MESSAGE)
    if "NEEDED" in accepted and _starts_with(values, "SUBSECTION"):
        return Expectation(Noun.NEEDED)
    if accepted == {"DOT"}:
        return Expectation(Noun.PROPERTY_NAME)
    return Expectation(next(f"`{text}`" for name, text in SIGNS.items() if name in accepted))


def describe_subject(values: Sequence[Any]) -> str | None:
    """What is being declared, such as "field `x`"."""
    match list(values[:2]):
        case [FieldHead(name=name), *_]:
            return f"field `{name.text}`"
        case [tree.Name() as name, *_]:
            return f"field `{name.text}`"
        case [Token(type="NAME") as name, *_]:
            return f"`{name.text}`"
        case [Token(type="AT"), Token() as name]:
            return f"`@{name.text}`"
        case [Token(type="MACHINE"), Token(type="STRING") as name]:
            return f"machine {name.text}"
        case [Token() as word, Token(type="NAME") as name] if word.type in DECLARATIONS:
            return f"{DECLARATIONS[word.type].word} `{name.text}`"
        case [Token() as word, *_]:
            return UNNAMED.get(word.type)
    return None


def describe_found(token: Token) -> str:
    """The noun of a token."""
    if token.type == END:
        return Noun.FILE_END
    if token.type == "STRING":
        return Noun.FOUND_TEXT
    if token.type == "INT":
        return f"{Noun.FOUND_NUMBER} `{token.text[:30]}`"
    return f"`{token.text[:30]}{'…' if len(token.text) > 30 else ''}`"


def _starts_with(values: Sequence[Any], terminal: str) -> bool:
    return bool(values) and isinstance(values[0], Token) and values[0].type == terminal


_PAIR_HINTS = {
    ("-", ">"): "write `.` to access a member of a struct",
    ("=", "<"): "write `<=`",
    ("=", ">"): "write `>=`",
    ("<", ">"): "write `!=`",
    ("*", "*"): "write `*` to multiply, or `<<` to shift",
    ("+", "+"): "write `+ 1`: an expression cannot change a value",
}


_AFTER_OPERAND = frozenset(
    ("EQUALS", "UNEQUAL", "LESSTHAN", "MORETHAN", "DOT", "PLUS", "AMPERSAND")
)


_ENUM_HINT = "give each enum value a number, such as `idle = 0;`"


def find_hint(
    token: Token, before: Token, accepted: frozenset[str], values: Sequence[Any]
) -> str | None:
    """What to do about `token`, which follows `before`; None where nothing particular is known."""
    if token.start == before.end and (before.text, token.text) in _PAIR_HINTS:
        return _PAIR_HINTS[before.text, token.text]
    first = values[0].type if values and isinstance(values[0], Token) else ""
    if is_operand(accepted):
        if token.text in RESERVED:
            if token.text in ("if", "not"):
                return (
                    f"put it in parentheses; for a member named `{token.text}`, write"
                    f" `self.{token.text}`"
                )
            return f"write `self.{token.text}` for a member named `{token.text}`"
        if before.text in RESERVED and token.type in _AFTER_OPERAND:
            return f"write `self.{before.text}` for a member named `{before.text}`"
        if token.text == "=":
            return "write the condition directly after the keyword"
        return None
    if accepted == {"STRING"} and token.type == "NAME":
        return f'write `"{token.text}"`'
    if first == "NAME" and "EQUAL" in accepted and token.text in (",", "}", ";"):
        return _ENUM_HINT
    if token.text == "=" and "EQUALS" in accepted:
        return "write `==` to compare"
    if token.text == "=" and "INT" in accepted:
        return "write the number directly after the keyword"
    if token.text == "?" and "OR" in accepted:
        return "write `if condition then a else b`"
    if token.text == "?":
        return "write `?` only before the `[n]` of an array of pointers: `T?[n]`"
    if token.text == ";" and "UNUSED" in accepted:
        return "remove it"
    if token.text == ";" and before.text == "}":
        return "remove it: `}` ends the declaration"
    if token.text == "}" and "STRUCT" in accepted:
        return "remove it: all bodies are already closed"
    if first == "ENUM" or first == "FLAGS":
        return "write the type of an enum after its name: `enum Name : u8 { … }`"
    if token.text == "needed" and first == "STRUCT":
        return "use `if` on the fields: only devices and subsections accept `needed`"
    if accepted == {"COLON", "AS"}:
        return "write a field as `name: type;`"
    if "RSQB" in accepted and token.text in (";", ","):
        return "close the `[`"
    return None
