"""From the text of a file to its tokens, its comments and what is wrong with its characters."""

import re
from dataclasses import field
from typing import NamedTuple

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Code
from vmsdl.records import dataclass
from vmsdl.syntax.preprocessor import describe_directive
from vmsdl.syntax.tables import load_tables


class Token(NamedTuple):
    """A word, number, string or sign. Words are `NAME`s here; the parser finds the keywords."""

    type: str
    text: str
    start: int
    end: int


class Comment(NamedTuple):
    """A comment as written, its marks included."""

    text: str
    start: int
    end: int

    @property
    def is_doc(self) -> bool:
        return self.text.startswith("///") and not self.text.startswith("////")


class LexicalError(NamedTuple):
    """Something wrong with the characters from `start` to `end`."""

    code: Code
    start: int
    end: int
    message: str
    help: str | None = None
    fix: str | None = None  # text to write instead, where the help is exact
    fix_end: int = 0  # of what it replaces, where that is not `end`


@dataclass(frozen=True, slots=True)
class LexedFile:
    """The tokens, comments and lexical errors of one file, each in order."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    docs: dict[int, str] = field(default_factory=dict)  # by the offset of the token that follows
    errors: list[LexicalError] = field(default_factory=list)


_PIECE = re.compile(
    r"""
    [ \t\r\n]*+ (?:
      (?P<NAME> [A-Za-z_][A-Za-z0-9_]* )
    | (?P<comment> //[^\n]* | /\*(?s:.*?)\*/ )
    | (?P<open_comment> /\* )
    | (?P<STRING> "[^"\\\n]*(?:\\.[^"\\\n]*)*" )
    | (?P<open_string> "[^\n]* )
    | (?P<quoted> '[^'\\\n]*(?:\\.[^'\\\n]*)*' | [\u201c\u201d][^\u201c\u201d\n]*[\u201c\u201d] )
    | (?P<INT> [0-9](?:[0-9A-Za-z_]|\.(?=[0-9]))* )
    | (?P<foreign> && | \|\| | !(?!=) | \#[^\n]* )
    | (?P<sign> << | >> | == | != | <= | >= | [-~*/%+&^|<>=()\[\]{};:,.?@] )
    | (?P<letters> [^\W\d]\w* )
    | (?P<odd> . )
    )
    """,
    re.VERBOSE,
)

_FOREIGN = {"&&": ("AND", "and"), "||": ("OR", "or"), "!": ("NOT", "not")}
# Characters that look like one of ours: the sign that is read instead, or "" where none is.
_LOOK_ALIKES = {
    "\u00a0": "",
    "\u2018": "",
    "\u2019": "",
    "\u201c": "",
    "\u201d": "",
    "\u2013": "-",
    "\u2212": "-",
    "\u00d7": "*",
    "\u2260": "!=",
    "\u2264": "<=",
    "\u2265": ">=",
}


def tokenize(text: str) -> LexedFile:
    """Every token and comment of a text. Characters without a meaning are reported and left out."""
    lexed = LexedFile()
    signs = load_tables().signs
    tokens, errors = lexed.tokens, lexed.errors
    doc: list[str] = []
    position = 1 if text.startswith("\ufeff") else 0
    odd: set[str] = set()
    while (match := _PIECE.match(text, position)) is not None:
        kind = match.lastgroup or ""
        piece = match[kind]
        start, position = match.span(kind)
        if kind == "comment":
            comment = Comment(piece.rstrip(), start, start + len(piece.rstrip()))
            lexed.comments.append(comment)
            if comment.is_doc:
                doc.append(comment.text[3:].removeprefix(" "))
            continue
        if kind == "NAME" or kind == "INT" or kind == "STRING":
            token = Token(kind, piece, start, position)
        elif kind == "sign":
            token = Token(signs[piece], piece, start, position)
        elif kind == "odd":
            if piece not in odd:
                odd.add(piece)
                errors.append(_describe_odd_character(piece, start))
            if not _LOOK_ALIKES.get(piece):
                continue
            token = Token(signs[_LOOK_ALIKES[piece]], piece, start, position)
        else:
            foreign = (
                _read_directive(piece, start, lexed)
                if piece.startswith("#")
                else _replace_foreign(kind, piece, start, errors)
            )
            if isinstance(foreign, Comment):
                lexed.comments.append(foreign)
                position = foreign.end if kind != "open_comment" else len(text)
                continue
            token = foreign
            position = token.end
        if doc:
            lexed.docs[start] = "\n".join(doc)
            doc.clear()
        tokens.append(token)
    return lexed


def _replace_foreign(
    kind: str, piece: str, start: int, errors: list[LexicalError]
) -> Token | Comment:
    """Report a foreign or unfinished piece. Return what is read instead of it."""
    end = start + len(piece)
    if kind == "open_comment":
        message = "unterminated comment"
        errors.append(
            LexicalError(codes.UNTERMINATED_COMMENT, start, end, message, "close it with `*/`")
        )
        return Comment(piece, start, end)
    if kind == "open_string":
        # The signs that end the line most likely belong after the missing quote.
        body = piece.rstrip().rstrip(";,){ \t") or piece[:1]
        end = start + len(body)
        help = 'close it with `"` on the same line'
        errors.append(LexicalError(codes.BAD_STRING, start, end, "unterminated string", help))
        return Token("STRING", body + '"', start, end)
    if kind == "quoted":
        plain = len(piece) < 60 and '"' not in piece
        help = f'write `"{piece[1:-1]}"`' if plain else 'use `"` at both ends'
        message = "expected a string in plain double quotes"
        code = codes.BAD_STRING if piece[0] == "'" else codes.UNEXPECTED_CHARACTER
        fix = f'"{piece[1:-1]}"' if plain else None
        errors.append(LexicalError(code, start, end, message, help, fix))
        return Token("STRING", '"' + piece[1:-1].replace('"', '\\"') + '"', start, end)
    if kind == "letters":
        strange = next(c for c in piece if not c.isascii())
        message = f"invalid character `{strange}` in a name"
        help = "use only the letters A to Z and a to z, digits and `_`"
        errors.append(LexicalError(codes.UNEXPECTED_CHARACTER, start, end, message, help))
        return Token("NAME", piece, start, end)
    terminal, word = _FOREIGN[piece]
    message = f"unknown operator `{piece}`"
    errors.append(
        LexicalError(
            codes.UNEXPECTED_CHARACTER, start, end, message, f"write `{word}`", f" {word} "
        )
    )
    return Token(terminal, piece, start, end)


def _read_directive(line: str, start: int, lexed: LexedFile) -> Comment:
    """Report a line that begins with `#`. It is read as a comment."""
    openings = sum((t.text == "{") - (t.text == "}") for t in lexed.tokens)
    found = describe_directive(line, is_in_body=openings > 0)
    end = start + len(line.rstrip())
    lexed.errors.append(
        LexicalError(
            codes.UNEXPECTED_CHARACTER,
            start,
            start + found.length,
            found.message,
            found.help,
            found.replacement,
            end,
        )
    )
    return Comment(line.rstrip(), start, end)


def _describe_odd_character(character: str, start: int) -> LexicalError:
    shown = f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
    help = "remove it everywhere outside strings"
    if character in _LOOK_ALIKES:
        sign = "an ordinary space" if character == "\u00a0" else 'an ordinary `"`'
        help = f"write {f'`{_LOOK_ALIKES[character]}`' if _LOOK_ALIKES[character] else sign}"
    return LexicalError(
        codes.UNEXPECTED_CHARACTER,
        start,
        start + 1,
        f"invalid character {shown}",
        help,
    )
