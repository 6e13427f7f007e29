"""From tokens to tree: an LALR(1) automaton over the tables that Lark made from the grammar."""

from collections.abc import Iterable
from typing import Any

from vmsdl.source import Span
from vmsdl.syntax.keywords import RESERVED
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.tables import Tables, load_tables
from vmsdl.syntax.tree_builder import TreeBuilder

_LISTS = frozenset(("item", "member", "arm", "setting"))
END = "$END"


class LalrDriver:
    """The parser's state: `states[n]` is reached behind `values[:n]`."""

    def __init__(self, builder: TreeBuilder) -> None:
        self.tables: Tables = load_tables()
        self.states = [self.tables.start]
        self.values: list[Any] = []
        self.fed: list[Token] = []
        self.climbs: dict[tuple[int, int, str], int] = {}
        self.makers = [
            None if rule.is_list or rule.is_transparent else getattr(builder, rule.name)
            for rule in self.tables.rules
        ]

    def feed(self, token: Token) -> bool:
        """Take one token; or say no, and wait for a better one."""
        states, values = self.states, self.values
        actions, gotos, rules = self.tables.actions, self.tables.gotos, self.tables.rules
        terminal = token.type
        if terminal == "NAME":
            terminal = self.terminal(token.text)
        while True:
            action = actions[states[-1]].get(terminal)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                self.fed.append(token)
                if terminal != token.type:
                    token = Token(terminal, token.text, token.start, token.end)
                values.append(token)
                return True
            rule = rules[~action]
            if rule.is_transparent:
                states[-1] = self._climb(states[-2], states[-1], terminal)
                continue
            del states[len(states) - rule.size :]
            self._make(~action)
            states.append(gotos[states[-1]][rule.origin])
            if terminal == END and states[-1] == self.tables.end:
                return True

    def _climb(self, below: int, state: int, terminal: str) -> int:
        """The state behind all `?rule`s in a row, such as those from a number to a condition."""
        start = below, state, terminal
        if start not in self.climbs:
            actions, gotos, rules = self.tables.actions, self.tables.gotos, self.tables.rules
            while (action := actions[state].get(terminal)) is not None and action < 0:
                if not rules[~action].is_transparent:
                    break
                state = gotos[below][rules[~action].origin]
            self.climbs[start] = state
        return self.climbs[start]

    def terminal(self, word: str) -> str:
        """What a word is here: a keyword where this keyword may stand, else a name."""
        keyword = self.tables.words.get(word)
        if keyword is None:
            return "NAME"
        row = self.tables.actions[self.states[-1]]
        if keyword in row and ("NAME" not in row or self._leads_on(keyword)):
            return keyword
        # Where an expression begins, `true` may stand, and no reserved word is a name.
        return keyword if word in RESERVED and "TRUE" in row and "NAME" in row else "NAME"

    def _leads_on(self, terminal: str) -> bool:
        """Whether a terminal is really accepted, and not only reduced by in another context.

        Behind `@a` a `device` may follow, and a field called so: which, the state below decides.
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

    def takes(self, tokens: Iterable[Token]) -> bool:
        """Whether these tokens could come next, one after the other."""
        trial = _Trial(self)
        return all(trial.feed(token) for token in tokens)

    def settle(self) -> None:
        """Finish whatever is complete whichever token follows, such as a field behind its `;`."""
        while True:
            choices = set(self.tables.actions[self.states[-1]].values())
            if len(choices) != 1 or (action := choices.pop()) >= 0:
                return
            rule = self.tables.rules[~action]
            del self.states[len(self.states) - rule.size :]
            if not rule.is_transparent:
                self._make(~action)
            self.states.append(self.tables.gotos[self.states[-1]][rule.origin])

    def unwind(self) -> None:
        """Take back what the refused token completed, such as `(a` in front of a `=`.

        LALR tables may reduce before they refuse, so the declaration at hand is read once more.
        """
        self.settle()
        depth = self.list_depth()
        start = start_of(self.values[depth]) if len(self.values) > depth else None
        if start is None:
            return
        again: list[Token] = []
        while self.fed and self.fed[-1].start >= start:
            again.append(self.fed.pop())
        while again and again[-1].start == again[-1].end:
            self.fed.append(again.pop())  # what was put in to end the declaration before
        self.drop_to(depth)
        for token in reversed(again):
            self.feed(token)
        self.settle()

    def before(self, depth: int) -> "LalrDriver":
        """This machine as it was behind the first values, for trials."""
        trial = _Trial(self)
        del trial.states[depth + 1 :]
        return trial

    def accepted(self) -> frozenset[str]:
        """Every terminal that could come next."""
        row = self.tables.actions[self.states[-1]]
        return frozenset(name for name in row if self.takes((Token(name, "", 0, 0),)))

    def list_depth(self) -> int:
        """How many values stand before the innermost item or member that is not finished."""
        places = range(len(self.states) - 1, -1, -1)
        return next(n for n in places if self._in_list(self.states[n]))

    def _in_list(self, state: int) -> bool:
        return not _LISTS.isdisjoint(self.tables.gotos[state])

    def drop_to(self, depth: int) -> None:
        """Forget all but the first values."""
        del self.states[depth + 1 :]
        del self.values[depth:]

    @property
    def is_outside(self) -> bool:
        """Whether an item could begin here."""
        return "item" in self.tables.gotos[self.states[-1]]

    def _make(self, number: int) -> None:
        """Replace the values of a production by the one that it makes."""
        rule, values = self.tables.rules[number], self.values
        cut = len(values) - rule.size
        parts = values[cut:]
        del values[cut:]
        if rule.is_list and isinstance(parts[0], list):
            # Growing the list that is there keeps long files linear.
            values.append(parts[0])
            for part in parts[1:]:
                if isinstance(part, list):
                    parts[0].extend(part)
                else:
                    parts[0].append(part)
            return
        if rule.holds_list or rule.absent:
            parts = _spread(parts, rule.absent)
        make = self.makers[number]
        values.append(parts if make is None else make(parts))


def _spread(parts: list[Any], absent: tuple[int, ...]) -> list[Any]:
    """The parts with repetitions in line and `None` for each `[…]` left out."""
    spread: list[Any] = [None] * absent[0] if absent else []
    for n, part in enumerate(parts):
        if isinstance(part, list):
            spread.extend(part)
        else:
            spread.append(part)
        if absent:
            spread.extend([None] * absent[n + 1])
    return spread


def start_of(value: Any) -> int | None:
    """Where a token, node or list of nodes begins."""
    if isinstance(value, Token):
        return value.start
    if isinstance(value, list):
        return start_of(value[0]) if value else None
    span = getattr(value, "span", None)
    return span.start if isinstance(span, Span) else None


class _Trial(LalrDriver):
    """A copy that takes tokens and builds nothing."""

    def __init__(self, machine: LalrDriver) -> None:
        self.tables = machine.tables
        self.states = list(machine.states)
        self.climbs = machine.climbs
        self.values = []
        self.fed = []

    def _make(self, number: int) -> None:
        pass
