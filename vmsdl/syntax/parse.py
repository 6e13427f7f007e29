"""From the text of one file to its tree, with every syntax error of the file."""

from typing import Any

from vmsdl.diagnostics.catalogue import syntax as codes
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Outcome
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import tree
from vmsdl.syntax.builder import Builder
from vmsdl.syntax.lex import Token, tokenize
from vmsdl.syntax.tables import tables
from vmsdl.syntax.words import RESERVED


def parse(source: SourceFile) -> Outcome[tree.FileTree]:
    lexed = tokenize(source.text)
    builder = Builder(source, lexed.docs)
    machine = Machine(builder)
    diagnostics = []
    for fault in lexed.faults:
        span = Span(source, fault.start, fault.end)
        diagnostics.append(
            Diagnostic(
                code=fault.code, message=fault.message, labels=(Label(span),), help=fault.help
            )
        )
    end = len(source.text)
    for token in [*lexed.tokens, Token("$END", "", end, end)]:
        if not machine.feed(token):
            span = Span(source, token.start, token.end)
            diagnostics.append(
                Diagnostic(code=codes.UNEXPECTED_TOKEN, message="unexpected", labels=(Label(span),))
            )
            return Outcome(None, tuple(diagnostics + builder.diagnostics))
    return Outcome(machine.values[-1], tuple(diagnostics + builder.diagnostics))


class Machine:
    """An LALR(1) parser over the tables that Lark made, one token at a time."""

    def __init__(self, builder: Builder) -> None:
        self.tables = tables()
        self.states = [self.tables.start]
        self.values: list[Any] = []
        self.makers = [
            None if rule.is_list or rule.is_transparent else getattr(builder, rule.name)
            for rule in self.tables.rules
        ]

    def feed(self, token: Token) -> bool:
        """Take one token, or leave everything as it is and say no."""
        states, values = self.states, self.values
        actions = self.tables.actions
        type = token.type
        if type == "NAME":
            type = self.terminal(token.text)
        while True:
            action = actions[states[-1]].get(type)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                values.append(token if type == token.type else token._replace(type=type))
                return True
            rule = self.tables.rules[~action]
            self._reduce(~action)
            states.append(self.tables.gotos[states[-1]][rule.origin])
            if states[-1] == self.tables.end and type == "$END":
                return True

    def terminal(self, word: str) -> str:
        """What a word is here: a keyword where this keyword may stand, else a name."""
        keyword = self.tables.words.get(word)
        if keyword is None:
            return "NAME"
        row = self.tables.actions[self.states[-1]]
        # Where an expression begins, `true` may stand, and no reserved word is a name.
        if keyword in row or (word in RESERVED and "TRUE" in row and "NAME" in row):
            return keyword
        return "NAME"

    def _reduce(self, number: int) -> None:
        rule, values = self.tables.rules[number], self.values
        del self.states[len(self.states) - rule.size :]
        if rule.is_transparent:
            return
        cut = len(values) - rule.size
        parts: list[Any] = values[cut:]
        del values[cut:]
        if rule.is_list and parts and isinstance(parts[0], list):
            gathered = parts[0]
            for part in parts[1:]:
                gathered.extend(part) if isinstance(part, list) else gathered.append(part)
            values.append(gathered)
            return
        if rule.absent or any(isinstance(part, list) for part in parts):
            parts = _spread(parts, rule.absent)
        make = self.makers[number]
        values.append(parts if make is None else make(parts))


def _spread(parts: list[Any], absent: tuple[int, ...]) -> list[Any]:
    spread: list[Any] = [None] * absent[0] if absent else []
    for n, part in enumerate(parts):
        if isinstance(part, list):
            spread.extend(part)
        else:
            spread.append(part)
        if absent:
            spread.extend([None] * absent[n + 1])
    return spread
