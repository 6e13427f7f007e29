"""From a token that cannot stand where it stands to a diagnostic and a place to read on from."""

from collections.abc import Sequence
from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label
from vmsdl.records import dataclass
from vmsdl.source import SourceFile, Span
from vmsdl.syntax.error_messages import (
    describe_expected,
    describe_found,
    describe_subject,
    find_hint,
)
from vmsdl.syntax.keywords import BUILTIN_TYPES, FOREIGN_TYPES, ITEMS, find_nearest
from vmsdl.syntax.lalr import END, LalrDriver, start_of
from vmsdl.syntax.lexer import LexedFile, Token

_OPENERS = frozenset(("ENUM", "FLAGS", "STRUCT", "DEVICE", "SUBSECTION", "MACHINE"))
# What is most often forgotten, in the order in which it is tried.
_FORGOTTEN = (";", "]", ")", ">", ":", "=", ",", "{")


@dataclass(frozen=True, slots=True)
class OpenConstruct:
    """A `{` that is not closed yet, with the words that stand before it."""

    keyword: Token
    name: Token
    brace: Token

    @property
    def words(self) -> str:
        return f"{self.keyword.text} {_quoted(self.name)}"


class Recovery:
    """Mends one token at a time, so that the rest of the file is read as it was meant."""

    def __init__(
        self, source: SourceFile, machine: LalrDriver, lexed: LexedFile, found: list[Diagnostic]
    ) -> None:
        self.source = source
        self.machine = machine
        self.lexed = lexed
        self.tokens = lexed.tokens
        self.diagnostics = found
        self.resumed = -1
        self.broken = {fault.end for fault in lexed.faults if fault.code is codes.BAD_STRING}

    def mend(self, index: int) -> int:
        """Report the token at `index`, and say with which token to go on."""
        self.machine.unwind()
        if self.tokens[index].type == END:
            return self._at_the_end(index)
        if self.tokens[index - 1].end in self.broken:
            # The quote that is missing may have taken the rest of the declaration with it.
            self.machine.drop_to(self.machine.list_depth())
            self.broken.clear()
            self.resumed = index
            return index
        if index == self.resumed:
            # Nothing was understood since the last error: its end was guessed wrong.
            return self._skip(index)
        for repair in (
            self._mistyped_word,
            self._mistyped_first_word,
            self._unclosed_body,
            self._type_before_name,
            self._comma_for_semicolon,
            self._assigned_for_equal,
            self._forgotten_sign,
            self._superfluous_sign,
        ):
            after = repair(index)
            if after is not None:
                return after
        self._unexpected(index)
        return self._skip(index)

    def _mistyped_word(self, index: int) -> int | None:
        token, machine = self.tokens[index], self.machine
        if token.type != "NAME":
            return None
        accepted = machine.accepted()
        words = {text: name for text, name in machine.tables.words.items() if name in accepted}
        meant = find_nearest(token.text, words)
        if meant is None:
            return None
        word = token._replace(type=words[meant])
        if not machine.takes([word, *self.tokens[index + 1 : index + 2]]):
            return None
        self._unexpected(index, help=f"did you mean `{meant}`?")
        machine.feed(word)
        return index + 1

    def _mistyped_first_word(self, index: int) -> int | None:
        """`subsecton x needed …` is a field called `subsecton` until its second word."""
        first = self.tokens[index - 1]
        if not self._is_second_word(index) or first.text in self.machine.tables.words:
            return None
        depth = self.machine.list_depth()
        for text, name in self.machine.tables.words.items():
            word = first._replace(type=name)
            if find_nearest(first.text, (text,)) and self.machine.before(depth).takes(
                [word, *self.tokens[index : index + 2]]
            ):
                message = f"no member begins with the word `{first.text}`"
                self._report(message, self._span(first), help=f"did you mean `{text}`?")
                self.machine.drop_to(depth)
                self.machine.feed(word)
                return index
        return None

    def _unclosed_body(self, index: int) -> int | None:
        """An item's first line inside a body: the body's `}` was forgotten."""
        first = self.tokens[index - 1]
        openings = self._openings()
        if not openings or first.text not in ITEMS or not self._is_second_word(index):
            return None
        outside = self.machine.before(0)
        word = first._replace(type=self.machine.tables.words[first.text])
        if not outside.takes([word, *self.tokens[index : index + 2]]):
            return None
        opening = openings[-1]
        if self._column(first) > self._column(opening.keyword):
            message = f"`{first.text}` cannot stand inside a {opening.keyword.text}"
            help = "move it out: it stands beside structs and devices"
            self._report(message, self._span(first), help=help)
            return self._skip(index)
        self._report(
            f"the {opening.words} is not closed before this `{first.text}`",
            self._span(first),
            help="write `}` before it",
            other=Label(self._span(opening.brace), "opened here"),
        )
        self._close(first.start)
        return index - 1

    def _type_before_name(self, index: int) -> int | None:
        """`u32 x;` and `uint32_t x;`, as in C."""
        first, token = self.tokens[index - 1], self.tokens[index]
        if not self._is_second_word(index) or token.type != "NAME":
            return None
        kind = first.text if first.text in BUILTIN_TYPES else FOREIGN_TYPES.get(first.text)
        if kind is None or (token.text in BUILTIN_TYPES and first.text not in FOREIGN_TYPES):
            return None
        name = token
        if token.text in FOREIGN_TYPES and self.tokens[index + 1].type == "NAME":
            name = self.tokens[index + 1]
        span = Span(self.source, first.start, name.end)
        message = "a field begins with its name, and the type follows"
        self._report(message, span, help=f"write `{name.text}: {kind}`")
        return self._skip(index)

    def _comma_for_semicolon(self, index: int) -> int | None:
        token = self.tokens[index]
        semicolon = self._sign(";", token.start)
        if token.type != "COMMA" or not self.machine.takes([semicolon]):
            return None
        self._unexpected(index, help="every declaration ends with `;`")
        self.machine.feed(semicolon)
        return index + 1

    def _assigned_for_equal(self, index: int) -> int | None:
        token = self.tokens[index]
        equal = Token(self.machine.tables.signs["=="], "==", token.start, token.end)
        if token.type != "EQUAL" or not self.machine.takes([equal]):
            return None
        self._unexpected(index)
        self.machine.feed(equal)
        return index + 1

    def _forgotten_sign(self, index: int) -> int | None:
        token, before = self.tokens[index], self.tokens[index - 1]
        following = self.tokens[index : index + 2]
        gap = self.source.text[before.end : token.start]
        accepted = self.machine.accepted()
        for text in _FORGOTTEN:
            sign = self._sign(text, before.end)
            if (text == ">" and "PLUS" in accepted) or (text == "=" and "SEMICOLON" in accepted):
                continue  # another number would only be compared, or become a default
            # A line that ends is a hint by itself; on one line two tokens must agree.
            sure = text == ";" and "\n" in gap
            if self.machine.takes([sign, *(following[:1] if sure else following)]):
                self._forgotten(text, index)
                self.machine.feed(sign)
                return index
        return None

    def _superfluous_sign(self, index: int) -> int | None:
        token = self.tokens[index]
        if token.type in ("NAME", "INT", "STRING", "LBRACE", "RBRACE"):
            return None
        sure = token.type == "SEMICOLON"
        if sure and self._declaration():
            return None
        if not self.machine.takes(self.tokens[index + 1 : index + (2 if sure else 3)]):
            return None
        hinted = find_hint(
            token, self.tokens[index - 1], self.machine.accepted(), self._declaration()
        )
        self._unexpected(index, help=hinted or "remove it")
        return index + 1

    def _at_the_end(self, index: int) -> int:
        end = self.tokens[index].start
        if not any(fault.code is codes.UNTERMINATED_COMMENT for fault in self.lexed.faults):
            openings = self._openings()
            values = self._declaration()
            if values or not openings:
                message = (
                    f"the file ends where {describe_expected(self.machine.accepted(), values)} must"
                    " stand"
                )
            else:
                message = f"the file ends before the {openings[-1].words} is closed"
            label = Label(self._span(openings[-1].brace), "opened here") if openings else None
            help = (
                "close it with `}`" if len(openings) == 1 else f"{len(openings)} `}}` are missing"
            )
            self._report(
                message,
                Span(self.source, end, end),
                help=help if openings else None,
                other=label,
                code=codes.UNEXPECTED_END,
            )
        self.machine.drop_to(self.machine.list_depth())
        self._close(end)
        return index

    def _skip(self, index: int) -> int:
        """Give up the declaration at hand: go on behind its `;`, or at the `}` of its body."""
        header = self._declaration()[:2]
        depth = self.machine.list_depth()
        self.machine.drop_to(depth)
        inside = not self.machine.is_outside
        level = 0
        self.resumed = len(self.tokens) - 1
        for n in range(index, self.resumed):
            kind = self.tokens[n].type
            if kind == "LBRACE":
                if level == 0 and self._reopen(header, self.tokens[n]):
                    self.resumed = n
                    break
                level += 1
            elif kind == "RBRACE":
                if level == 0 and inside:
                    self.resumed = n
                    break
                level = max(level - 1, 0)
            if level == 0 and kind in ("SEMICOLON", "RBRACE"):
                self.resumed = n + 1
                break
            if level == 0 and not inside and n > index and self._begins_item(n):
                self.resumed = n
                break
        return self.resumed

    def _reopen(self, header: Sequence[Any], brace: Token) -> bool:
        """Go on inside a struct, device or subsection whose header was wrong behind its name."""
        match header:
            case [Token(type="STRUCT" | "DEVICE" | "SUBSECTION") as keyword, Token() as name]:
                repaired = [keyword, name]
                if keyword.type == "SUBSECTION":
                    repaired += [Token("NEEDED", "", 0, 0), Token("TRUE", "true", 0, 0)]
                for token in repaired:
                    self.machine.feed(token)
                return self.machine.takes([brace])
        return False

    def _begins_item(self, index: int) -> bool:
        token = self.tokens[index]
        return token.text in ITEMS and self._column(token) == 1

    def _unexpected(self, index: int, help: str | None = None) -> None:
        token = self.tokens[index]
        values = self._declaration()
        accepted = self.machine.accepted()
        wanted = describe_expected(accepted, values)
        message = f"expected {wanted}{self._behind(wanted, values)}, found {describe_found(token)}"
        if help is None:
            help = find_hint(token, self.tokens[index - 1], accepted, values)
        self._report(message, self._span(token), help=help)

    def _forgotten(self, sign: str, index: int) -> None:
        place = self.tokens[index - 1].end
        values = self._declaration()
        message = f"expected `{sign}`{self._behind('', values)}"
        help = find_hint(
            self.tokens[index], self.tokens[index - 1], self.machine.accepted(), values
        )
        self._report(message, Span(self.source, place, place), help=help)

    def _behind(self, wanted: str, values: Sequence[Any]) -> str:
        about = describe_subject(values)
        if not about or " after " in wanted:
            return ""
        return f" for {about}" if wanted == "a type" else f" after {about}"

    def _report(
        self,
        message: str,
        span: Span,
        *,
        help: str | None = None,
        other: Label | None = None,
        code: Code = codes.UNEXPECTED_TOKEN,
    ) -> None:
        openings = self._openings()
        context = f'in {openings[-1].keyword.text} "{openings[-1].name.text}"' if openings else None
        labels = (Label(span),) if other is None else (Label(span), other)
        self.diagnostics.append(
            Diagnostic(code=code, message=message, labels=labels, help=help, context=context)
        )

    def _close(self, place: int) -> None:
        """Close every body that is open, as if its `}` stood here."""
        for _ in self._openings():
            self.machine.drop_to(self.machine.list_depth())
            self.machine.feed(self._sign("}", place))
            self.machine.settle()

    def _declaration(self) -> list[Any]:
        """The values of the item or member that is not finished."""
        return self.machine.values[self.machine.list_depth() :]

    def _openings(self) -> list[OpenConstruct]:
        openings, first = [], 0
        for n, value in enumerate(self.machine.values):
            if isinstance(value, Token) and value.type in _OPENERS:
                first = n
            elif isinstance(value, Token) and value.type == "LBRACE":
                keyword, name = self.machine.values[first : first + 2]
                openings.append(OpenConstruct(keyword, name, value))
        return openings

    def _is_second_word(self, index: int) -> bool:
        """Whether the token before this one begins a member."""
        values = self._declaration()
        return bool(values) and index > 0 and start_of(values[0]) == self.tokens[index - 1].start

    def _sign(self, text: str, place: int) -> Token:
        return Token(self.machine.tables.signs[text], text, place, place)

    def _span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def _column(self, token: Token) -> int:
        return self.source.position(token.start).column


def _quoted(name: Token) -> str:
    return name.text if name.type == "STRING" else f"`{name.text}`"
