"""An LALR(1) driver: it runs over the tables that Lark makes from the grammar (`tables.py`).

Lark is used to make the tables only, since its own driver is slow to import. This driver also can
be copied and tried, which error recovery needs (`recovery.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vmsdl.source import Span
from vmsdl.syntax.keywords import RESERVED
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.tables import GrammarRule, Tables

# From the values of a production (tokens, nodes, and None for what was left out) to its node.
NodeBuilder = Callable[[list[Any]], Any]

_LISTS = frozenset(("item", "member", "enum_value", "setting"))
END = "$END"


class ValueStack:
    """The tokens taken so far, and the nodes that they were built into."""

    def __init__(self, rules: tuple[GrammarRule, ...], builders: Mapping[str, NodeBuilder]) -> None:
        self.values: list[Any] = []
        self.tokens: list[Token] = []  # as the lexer gave them, so that they can be taken again
        self._rules = rules
        self._builders = [
            None if rule.is_list or rule.is_transparent else builders[rule.name] for rule in rules
        ]

    def push(self, token: Token, terminal: str) -> None:
        """Add a token; `terminal` is its type where a word turned out to be a keyword."""
        self.tokens.append(token)
        if terminal != token.type:
            token = Token(terminal, token.text, token.start, token.end)
        self.values.append(token)

    def reduce(self, number: int) -> None:
        """Replace the values of production `number` by the one node that is built of them."""
        rule, values = self._rules[number], self.values
        first = len(values) - rule.size
        parts = values[first:]
        del values[first:]
        if rule.is_list and isinstance(parts[0], list):
            # Extending the list that exists keeps the time for long files linear.
            values.append(parts[0])
            for part in parts[1:]:
                if isinstance(part, list):
                    parts[0].extend(part)
                else:
                    parts[0].append(part)
            return
        if rule.holds_list or rule.absent:
            parts = _flatten(parts, rule.absent)
        build = self._builders[number]
        values.append(parts if build is None else build(parts))


class LalrDriver:
    """A stack of parser states: `states[n]` is the state after the first `n` values.

    A driver without a `stack` is a trial: it says which tokens are accepted, and builds nothing.
    """

    def __init__(self, tables: Tables, stack: ValueStack | None = None) -> None:
        self.tables = tables
        self.stack = stack
        self.states = [tables.start]
        self._unit_states: dict[tuple[int, int, str], int] = {}

    def feed(self, token: Token) -> bool:
        """Take one token. False: it is refused, and another may be tried."""
        states, stack = self.states, self.stack
        actions, gotos, rules = self.tables.actions, self.tables.gotos, self.tables.rules
        terminal = token.type
        if terminal == "NAME":
            terminal = self._classify_word(token.text)
        while True:
            action = actions[states[-1]].get(terminal)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                if stack is not None:
                    stack.push(token, terminal)
                return True
            rule = rules[~action]
            if rule.is_transparent:
                states[-1] = self._skip_unit_rules(states[-2], states[-1], terminal)
                continue
            del states[len(states) - rule.size :]
            if stack is not None:
                stack.reduce(~action)
            states.append(gotos[states[-1]][rule.origin])
            if terminal == END and states[-1] == self.tables.end:
                return True

    def can_take(self, tokens: Iterable[Token]) -> bool:
        """Whether these tokens could come next, one after the other."""
        trial = self._copy_for_trial(len(self.states))
        return all(trial.feed(token) for token in tokens)

    def rewind_for_trial(self, depth: int) -> "LalrDriver":
        """A trial from the state after the first `depth` values."""
        return self._copy_for_trial(depth + 1)

    def find_accepted(self) -> frozenset[str]:
        """Every terminal that could come next."""
        row = self.tables.actions[self.states[-1]]
        return frozenset(name for name in row if self.can_take((Token(name, "", 0, 0),)))

    def reduce_completed(self) -> None:
        """Reduce whatever is complete whichever token follows, such as a field after its `;`."""
        while True:
            choices = set(self.tables.actions[self.states[-1]].values())
            if len(choices) != 1 or (action := choices.pop()) >= 0:
                return
            rule = self.tables.rules[~action]
            del self.states[len(self.states) - rule.size :]
            if not rule.is_transparent and self.stack is not None:
                self.stack.reduce(~action)
            self.states.append(self.tables.gotos[self.states[-1]][rule.origin])

    def undo_reductions(self) -> None:
        """Undo what the refused token reduced, such as `(a` before a `=`.

        LALR(1) tables may reduce before they refuse a token. So the declaration that is not
        finished is parsed again from its tokens.
        """
        self.reduce_completed()
        depth = self.count_finished()
        values, tokens = self.values, self._stack.tokens
        start = find_start(values[depth]) if len(values) > depth else None
        if start is None:
            return
        again: list[Token] = []
        while tokens and tokens[-1].start >= start:
            again.append(tokens.pop())
        while again and again[-1].start == again[-1].end:
            tokens.append(again.pop())  # recovery inserted it to end the declaration before
        self.drop_to(depth)
        for token in reversed(again):
            self.feed(token)
        self.reduce_completed()

    def count_finished(self) -> int:
        """The number of values before the innermost item or member that is not finished."""
        depths = range(len(self.states) - 1, -1, -1)
        return next(n for n in depths if self._is_in_list(self.states[n]))

    def drop_to(self, depth: int) -> None:
        """Remove all but the first `depth` values."""
        del self.states[depth + 1 :]
        del self.values[depth:]

    def forget(self, start: int) -> None:
        """Remove the declaration that is not finished, which begins at offset `start`."""
        self.drop_to(self.count_finished())
        tokens = self._stack.tokens
        while tokens and tokens[-1].start >= start:
            tokens.pop()

    @property
    def values(self) -> list[Any]:
        return self._stack.values

    @property
    def can_begin_item(self) -> bool:
        """Whether an item could begin here."""
        return "item" in self.tables.gotos[self.states[-1]]

    @property
    def _stack(self) -> ValueStack:
        assert self.stack is not None, "a trial has no values"
        return self.stack

    def _copy_for_trial(self, size: int) -> "LalrDriver":
        trial = LalrDriver(self.tables)
        trial.states = self.states[:size]
        trial._unit_states = self._unit_states
        return trial

    def _is_in_list(self, state: int) -> bool:
        return not _LISTS.isdisjoint(self.tables.gotos[state])

    def _classify_word(self, word: str) -> str:
        """The terminal of a word: a keyword where the grammar accepts it, else `NAME`."""
        keyword = self.tables.words.get(word)
        if keyword is None:
            return "NAME"
        row = self.tables.actions[self.states[-1]]
        if keyword in row and ("NAME" not in row or self._can_shift(keyword)):
            return keyword
        # Where an expression begins, `true` is accepted, and no reserved word is a name.
        return keyword if word in RESERVED and "TRUE" in row and "NAME" in row else "NAME"

    def _can_shift(self, terminal: str) -> bool:
        """Whether a terminal is accepted here, and not only reduced by in another context.

        After `@a` a `device` may follow, or a field of that name. The state below decides.
        """
        actions, gotos, rules = self.tables.actions, self.tables.gotos, self.tables.rules
        kept, above = len(self.states), list[int]()
        while True:
            action = actions[above[-1] if above else self.states[kept - 1]].get(terminal)
            if action is None or action >= 0:
                return action is not None
            size = rules[~action].size
            kept -= max(size - len(above), 0)
            del above[max(len(above) - size, 0) :]
            below = above[-1] if above else self.states[kept - 1]
            above.append(gotos[below][rules[~action].origin])

    def _skip_unit_rules(self, below: int, state: int, terminal: str) -> int:
        """The state after all `?rule`s in a row, such as those from a number to a condition."""
        start = below, state, terminal
        if start not in self._unit_states:
            actions, gotos, rules = self.tables.actions, self.tables.gotos, self.tables.rules
            while (action := actions[state].get(terminal)) is not None and action < 0:
                if not rules[~action].is_transparent:
                    break
                state = gotos[below][rules[~action].origin]
            self._unit_states[start] = state
        return self._unit_states[start]


def find_start(value: Any) -> int | None:
    """The offset where a token, node or list of nodes begins."""
    if isinstance(value, Token):
        return value.start
    if isinstance(value, list):
        return find_start(value[0]) if value else None
    span = getattr(value, "span", None)
    return span.start if isinstance(span, Span) else None


def _flatten(parts: list[Any], absent: tuple[int, ...]) -> list[Any]:
    """The parts with the elements of repetitions, and `None` for each `[…]` that was left out."""
    flat: list[Any] = [None] * absent[0] if absent else []
    for n, part in enumerate(parts):
        if isinstance(part, list):
            flat.extend(part)
        else:
            flat.append(part)
        if absent:
            flat.extend([None] * absent[n + 1])
    return flat
