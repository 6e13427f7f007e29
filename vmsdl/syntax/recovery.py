"""From a token that the parser refuses to a diagnostic and the token where parsing continues.

This module decides what is wrong and how to repair it. `error_messages.py` has the words.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, Replacement
from vmsdl.records import dataclass
from vmsdl.source import SourceFile, Span
from vmsdl.syntax.error_messages import (
    Expectation,
    Surprise,
    UnexpectedToken,
    describe_found,
    describe_subject,
    describe_unexpected,
    find_expected,
    find_hint,
)
from vmsdl.syntax.habits import Place, Rewriting, Stop, find_habit, find_habit_hint
from vmsdl.syntax.keywords import ITEMS, find_nearest
from vmsdl.syntax.lalr import END, LalrDriver, find_start
from vmsdl.syntax.lexer import LexedFile, Token, tokenize
from vmsdl.syntax.nouns import Noun

_OPENERS = frozenset(("ENUM", "FLAGS", "STRUCT", "DEVICE", "SUBSECTION", "MACHINE"))
# The signs that are missing most often, in the order in which they are tried.
_OFTEN_MISSING = (";", "]", ")", ">", ":", "=", ",", "{")


@dataclass(frozen=True, slots=True)
class OpenConstruct:
    """A `{` that is not closed yet, with the keyword and the name before it."""

    keyword: Token
    name: Token
    brace: Token

    @property
    def title(self) -> str:
        return f"{self.keyword.text} {_quote(self.name)}"


class Recovery:
    """Repairs one token at a time, so that errors in the rest of the file are found too."""

    def __init__(
        self,
        source: SourceFile,
        driver: LalrDriver,
        lexed: LexedFile,
        diagnostics: list[Diagnostic],
    ) -> None:
        self.source = source
        self.driver = driver
        self.lexed = lexed
        self.tokens = lexed.tokens
        self.diagnostics = diagnostics
        self.resumed = -1  # the token from which parsing continued after the last error
        self.rewritten = 0  # the end of the last text that was rewritten: it is not rewritten again
        self.broken_ends = {e.end for e in lexed.errors if e.code is codes.BAD_STRING}

    def recover(self, index: int) -> int:
        """Report the refused token at `index`. Return the index where parsing continues."""
        self.driver.undo_reductions()
        if self.tokens[index].type == END:
            return self._recover_at_end(index)
        if self.tokens[index - 1].end in self.broken_ends:
            # The string without an end may have swallowed the rest of the declaration.
            self.driver.drop_to(self.driver.count_finished())
            self.broken_ends.clear()
            self.resumed = index
            return index
        if index == self.resumed:
            # Nothing was parsed since the last error: parsing continued at the wrong token.
            return self._skip(index)
        for repair in (  # each returns None where it does not apply
            self._correct_word,
            self._correct_first_word,
            self._close_body,
            self._rewrite_habit,
            self._replace_comma,
            self._replace_assignment,
            self._insert_sign,
            self._drop_sign,
        ):
            following = repair(index)
            if following is not None:
                return following
        self._report_unexpected(index)
        return self._skip(index)

    def _correct_word(self, index: int) -> int | None:
        token, driver = self.tokens[index], self.driver
        if token.type != "NAME":
            return None
        accepted = driver.find_accepted()
        words = {text: name for text, name in driver.tables.words.items() if name in accepted}
        intended = find_nearest(token.text, words)
        if intended is None:
            return None
        word = token._replace(type=words[intended])
        if not driver.can_take([word, *self.tokens[index + 1 : index + 2]]):
            return None
        fix = self._make_replacement(token, intended, f"did you mean `{intended}`?")
        self._report_unexpected(index, fix=fix)
        driver.feed(word)
        return index + 1

    def _correct_first_word(self, index: int) -> int | None:
        """`subsecton x needed …` looks like a field called `subsecton` until the second word."""
        first = self.tokens[index - 1]
        if not self._is_second_word(index) or first.text in self.driver.tables.words:
            return None
        depth = self.driver.count_finished()
        for text, name in self.driver.tables.words.items():
            word = first._replace(type=name)
            if find_nearest(first.text, (text,)) and self.driver.rewind_for_trial(depth).can_take(
                [word, *self.tokens[index : index + 2]]
            ):
                self._report(
                    self._make_error(Surprise.UNKNOWN_WORD, first, Expectation(Noun.MEMBER)),
                    self._make_span(first),
                    fix=self._make_replacement(first, text, f"did you mean `{text}`?"),
                )
                self.driver.drop_to(depth)
                self.driver.feed(word)
                return index
        return None

    def _close_body(self, index: int) -> int | None:
        """An item begins inside a body: the `}` of the body is missing."""
        first = self.tokens[index - 1]
        openings = self._find_openings()
        if not openings or first.text not in ITEMS or not self._is_second_word(index):
            return None
        outside = self.driver.rewind_for_trial(0)
        word = first._replace(type=self.driver.tables.words[first.text])
        if not outside.can_take([word, *self.tokens[index : index + 2]]):
            return None
        opening = openings[-1]
        if self._find_column(first) > self._find_column(opening.keyword):
            expected, body = Expectation(Noun.MEMBER), opening.keyword.text
            self._report(
                self._make_error(Surprise.ITEM_IN_BODY, first, expected, body),
                self._make_span(first),
                help="move it out of the body, to the top level of the file",
            )
            return self._skip(index)
        expected, body = Expectation(Noun.BODY_END), opening.title
        self._report(
            self._make_error(Surprise.UNCLOSED_BODY, first, expected, body),
            self._make_span(first),
            help="write `}` before it",
            other=Label(self._make_span(opening.brace), "opened here"),
        )
        self._close_all(first.start)
        return index - 1

    def _rewrite_habit(self, index: int) -> int | None:
        """What another language or QEMU's source would have here: read as it is written here."""
        stop = self._describe_stop(index)
        habit = find_habit(stop) if stop.start >= self.rewritten else None
        if habit is None:
            return None
        fix = self._make_fix(habit, stop)
        token = self.tokens[index]
        if habit.is_type_before_name:
            first = next(t for t in self.tokens if t.start == habit.start)
            self._report(
                self._make_error(Surprise.TYPE_BEFORE_NAME, first, Expectation(Noun.FIELD_NAME)),
                Span(self.source, habit.start, max(token.end, habit.start)),
                fix=fix,
            )
        else:
            self._report_unexpected(index, fix=fix)
        self.rewritten = max(habit.end, stop.start + 1)
        return self._replay(stop.start, habit)

    def _describe_stop(self, index: int) -> Stop:
        values, openings = self._find_declaration(), self._find_openings()
        start = find_start(values[0]) if values else None
        token = self.tokens[index]
        outside = self.driver.rewind_for_trial(self.driver.count_finished())
        if outside.can_begin_item:
            place = Place.FILE
        elif openings[-1].keyword.type in ("ENUM", "FLAGS"):
            place = Place.ENUM
        else:
            place = Place.BODY
        first = token.start if start is None else start
        if not openings:
            return Stop(self.source.text, place, first, token.start)
        opening = openings[-1]
        owner = f"{opening.keyword.text} {opening.name.text}"
        return Stop(self.source.text, place, first, token.start, opening.name.end, owner)

    def _make_fix(self, habit: Rewriting, stop: Stop) -> Fix:
        edits = [Replacement(Span(self.source, habit.start, habit.end), habit.text)]
        if habit.version:
            edits.append(Replacement(Span(self.source, stop.header, stop.header), habit.version))
        return Fix(habit.title, tuple(edits))

    def _replay(self, start: int, habit: Rewriting) -> int:
        """Read the declaration again from `start`, as the habit was rewritten."""
        self.driver.forget(start)
        span = (habit.start, max(habit.end, habit.start + 1))
        text = [token._replace(start=span[0], end=span[1]) for token in tokenize(habit.text).tokens]
        first = bisect_left(self.tokens, start, key=lambda token: token.start)
        before = bisect_left(self.tokens, habit.start, key=lambda token: token.start)
        after = bisect_left(self.tokens, habit.end, key=lambda token: token.start)
        self.tokens[before:after] = text
        return first

    def _replace_comma(self, index: int) -> int | None:
        token = self.tokens[index]
        semicolon = self._make_sign(";", token.start)
        if token.type != "COMMA" or not self.driver.can_take([semicolon]):
            return None
        fix = self._make_replacement(token, ";", "end each declaration with `;`")
        self._report_unexpected(index, fix=fix)
        self.driver.feed(semicolon)
        return index + 1

    def _replace_assignment(self, index: int) -> int | None:
        token = self.tokens[index]
        equal = Token(self.driver.tables.signs["=="], "==", token.start, token.end)
        if token.type != "EQUAL" or not self.driver.can_take([equal]):
            return None
        self._report_unexpected(
            index, fix=self._make_replacement(token, "==", "write `==` to compare")
        )
        self.driver.feed(equal)
        return index + 1

    def _insert_sign(self, index: int) -> int | None:
        token, before = self.tokens[index], self.tokens[index - 1]
        following = self.tokens[index : index + 2]
        gap = self.source.text[before.end : token.start]
        accepted = self.driver.find_accepted()
        for text in _OFTEN_MISSING:
            sign = self._make_sign(text, before.end)
            if (text == ">" and "PLUS" in accepted) or (text == "=" and "SEMICOLON" in accepted):
                continue  # another number would only be compared, or become a default
            # A line that ends is a hint by itself; on one line two tokens must agree.
            is_enough = text == ";" and "\n" in gap
            if self.driver.can_take([sign, *(following[:1] if is_enough else following)]):
                self._report_missing(text, index)
                self.driver.feed(sign)
                return index
        return None

    def _drop_sign(self, index: int) -> int | None:
        token = self.tokens[index]
        if token.type in ("NAME", "INT", "STRING", "LBRACE", "RBRACE"):
            return None
        is_enough = token.type == "SEMICOLON"
        if is_enough and self._find_declaration():
            return None
        if not self.driver.can_take(self.tokens[index + 1 : index + (2 if is_enough else 3)]):
            return None
        hinted = find_hint(
            token, self.tokens[index - 1], self.driver.find_accepted(), self._find_declaration()
        )
        is_removed = hinted is None or hinted.startswith("remove it")
        fix = self._make_replacement(token, "", hinted or "remove it") if is_removed else None
        self._report_unexpected(index, help=hinted, fix=fix)
        return index + 1

    def _recover_at_end(self, index: int) -> int:
        token = self.tokens[index]
        if not any(e.code is codes.UNTERMINATED_COMMENT for e in self.lexed.errors):
            openings = self._find_openings()
            values = self._find_declaration()
            if values or not openings:
                expected = find_expected(self.driver.find_accepted(), values)
                error = self._make_error(Surprise.END_OF_FILE, token, expected)
            else:
                expected, body = Expectation(Noun.BODY_END), openings[-1].title
                error = self._make_error(Surprise.UNCLOSED_AT_END, token, expected, body)
            label = Label(self._make_span(openings[-1].brace), "opened here") if openings else None
            help = (
                "close it with `}`" if len(openings) == 1 else f"add {len(openings)} closing `}}`"
            )
            self._report(
                error,
                self._make_span(token),
                help=help if openings else None,
                other=label,
                code=codes.UNEXPECTED_END,
            )
        self.driver.drop_to(self.driver.count_finished())
        self._close_all(token.start)
        return index

    def _skip(self, index: int) -> int:
        """Drop this declaration, and continue after its `;` or at the `}` of its body."""
        header = self._find_declaration()[:2]
        depth = self.driver.count_finished()
        self.driver.drop_to(depth)
        is_inside = not self.driver.can_begin_item
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
                if level == 0 and is_inside:
                    self.resumed = n
                    break
                level = max(level - 1, 0)
            if level == 0 and kind in ("SEMICOLON", "RBRACE"):
                self.resumed = n + 1
                break
            if level == 0 and not is_inside and n > index and self._begins_item(n):
                self.resumed = n
                break
        return self.resumed

    def _reopen(self, header: Sequence[Any], brace: Token) -> bool:
        """Continue inside a struct, device or subsection whose header is wrong after its name."""
        match header:
            case [Token(type="STRUCT" | "DEVICE" | "SUBSECTION") as keyword, Token() as name]:
                repaired = [keyword, name]
                if keyword.type == "SUBSECTION":
                    repaired += [Token("NEEDED", "", 0, 0), Token("TRUE", "true", 0, 0)]
                for token in repaired:
                    self.driver.feed(token)
                return self.driver.can_take([brace])
        return False

    def _begins_item(self, index: int) -> bool:
        token = self.tokens[index]
        return token.text in ITEMS and self._find_column(token) == 1

    def _make_replacement(self, token: Token, text: str, title: str) -> Fix:
        return Fix(title, (Replacement(self._make_span(token), text),))

    def _report_unexpected(
        self, index: int, help: str | None = None, fix: Fix | None = None
    ) -> None:
        token, before = self.tokens[index], self.tokens[index - 1]
        values, accepted = self._find_declaration(), self.driver.find_accepted()
        expected = find_expected(accepted, values)
        if help is None and fix is None:
            help = find_habit_hint(self._describe_stop(index)) or find_hint(
                token, before, accepted, values
            )
        error = self._make_error(Surprise.OTHER_TOKEN, token, expected)
        self._report(error, self._make_span(token), help=help, fix=fix)

    def _report_missing(self, sign: str, index: int) -> None:
        token, before = self.tokens[index], self.tokens[index - 1]
        help = find_habit_hint(self._describe_stop(index)) or find_hint(
            token, before, self.driver.find_accepted(), self._find_declaration()
        )
        error = self._make_error(Surprise.MISSING_SIGN, token, Expectation(f"`{sign}`"))
        span = Span(self.source, before.end, before.end)
        fix = Fix(f"write `{sign}`", (Replacement(span, sign),)) if help is None else None
        # The message is the instruction already.
        self._report(error, span, help=help, fix=fix, is_fix_help=False)

    def _make_error(
        self, surprise: Surprise, token: Token, expected: Expectation, body: str = ""
    ) -> UnexpectedToken:
        subject = describe_subject(self._find_declaration())
        return UnexpectedToken(surprise, describe_found(token), expected, subject, body)

    def _report(
        self,
        error: UnexpectedToken,
        span: Span,
        *,
        help: str | None = None,
        fix: Fix | None = None,
        is_fix_help: bool = True,
        other: Label | None = None,
        code: Code = codes.UNEXPECTED_TOKEN,
    ) -> None:
        openings = self._find_openings()
        context = f'in {openings[-1].keyword.text} "{openings[-1].name.text}"' if openings else None
        labels = (Label(span),) if other is None else (Label(span), other)
        self.diagnostics.append(
            Diagnostic(
                code=code,
                message=describe_unexpected(error),
                labels=labels,
                help=fix.title if help is None and fix is not None and is_fix_help else help,
                context=context,
                fixes=() if fix is None else (fix,),
            )
        )

    def _close_all(self, offset: int) -> None:
        """Close every open body, as if its `}` were here."""
        for _ in self._find_openings():
            self.driver.drop_to(self.driver.count_finished())
            self.driver.feed(self._make_sign("}", offset))
            self.driver.reduce_completed()

    def _find_declaration(self) -> list[Any]:
        """The values of the item or member that is not finished yet."""
        return self.driver.values[self.driver.count_finished() :]

    def _find_openings(self) -> list[OpenConstruct]:
        openings, first = [], 0
        for n, value in enumerate(self.driver.values):
            if isinstance(value, Token) and value.type in _OPENERS:
                first = n
            elif isinstance(value, Token) and value.type == "LBRACE":
                keyword, name = self.driver.values[first : first + 2]
                openings.append(OpenConstruct(keyword, name, value))
        return openings

    def _is_second_word(self, index: int) -> bool:
        """Whether the token before this one begins a member."""
        values = self._find_declaration()
        return bool(values) and index > 0 and find_start(values[0]) == self.tokens[index - 1].start

    def _make_sign(self, text: str, offset: int) -> Token:
        return Token(self.driver.tables.signs[text], text, offset, offset)

    def _make_span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def _find_column(self, token: Token) -> int:
        return self.source.position(token.start).column


def _quote(name: Token) -> str:
    return name.text if name.type == "STRING" else f"`{name.text}`"
