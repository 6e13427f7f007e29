"""Sender and receiver step by step over the same bytes: every way a load can end, and when."""

from collections.abc import Iterator

from vmsdl.diff.layout.nodes import (
    AnyNode,
    Block,
    Gap,
    Leaf,
    More,
    Rule,
    Run,
    Subsections,
    elements,
)
from vmsdl.diff.simulate.lengths import (
    alike,
    as_run,
    differing,
    is_parallel,
    is_plain,
    length_of,
    lengths_part,
    units_part,
)
from vmsdl.diff.simulate.lists import Opening, is_marker
from vmsdl.diff.simulate.records import (
    UNREAD,
    ZEROS,
    Inner,
    Outcome,
    Read,
    State,
    Untold,
)
from vmsdl.diff.simulate.reinterpret import NoValue, Piece, read
from vmsdl.expr.fold import constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    choice,
    compare,
    is_external,
    is_false,
    is_true,
    negation,
    number,
)
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.expr.text import dotted

MOST_PATHS = 300
_MOST_OPEN = 32  # where they hang on what no schema decides
_MOST_STEPS = 60_000
_MOST_BYTES = 1 << 14  # of one array that is looked at byte by byte


class Walk(Opening):
    """One direction of one pair of descriptions."""

    def outcomes(self) -> Iterator[Outcome]:
        start = State(
            sent=self.sender.nodes(self.sent_body)[::-1],
            wanted=self.receiver.nodes(self.wanted_body)[::-1],
            env={key: e for key, e in self.known.items() if e is not None},
        )
        yield from self.outcomes_from(start)

    def outcomes_from(self, state: State) -> Iterator[Outcome]:
        waiting = [state]
        ended = 0
        while waiting:
            state = waiting.pop()
            most = _MOST_OPEN if is_external(state.path) else MOST_PATHS
            if ended + len(waiting) > most or self.steps > _MOST_STEPS:
                yield self._open(state, "too many combinations of conditions")
                for other in waiting:
                    yield self._open(other, "too many combinations of conditions")
                return
            try:
                result = self._run(state)
            except Untold as untold:
                result = self._open(state, str(untold))
            if isinstance(result, Outcome):
                ended += 1
                yield result
                continue
            for outcome in result[1]:
                ended += 1
                yield outcome
            waiting += [fork for fork in result[0] if not self.never(fork.path)]

    def _run(self, state: State) -> "Outcome | tuple[list[State], list[Outcome]]":
        while True:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return self._open(state, "too many fields")
            sent = state.sent[-1] if state.sent else None
            wanted = state.wanted[-1] if state.wanted else None
            if isinstance(sent, Rule):
                state.sent.pop()
                continue
            if isinstance(wanted, Rule) and not state.got:
                self._check(state, wanted)
                continue
            if isinstance(wanted, More) and not state.got:
                return self.more(state, wanted)
            if isinstance(wanted, Subsections) and not state.got and not state.need:
                result = self._subsections(state, sent, wanted)
                if result is None:
                    continue
                return result
            if sent is None and wanted is None:
                return self._accepted(state)
            result = self._fields(state, sent, wanted)
            if result is not None:
                return result

    # Fields ------------------------------------------------------------------------------------

    def _fields(
        self, state: State, sent: AnyNode | None, wanted: AnyNode | None
    ) -> "Outcome | tuple[list[State], list[Outcome]] | None":
        sending = FALSE if sent is None else self._sending(state, sent)
        is_fresh = not (state.off or state.got or state.need)
        if (
            (is_fresh and sent is not None and wanted is not None)
            and alike(self, state, sent, wanted)
            and self._agree(state, sent, wanted)
        ):
            self._in_step(state, sent, wanted, sending)
            return None
        if sent is not None and not state.off:
            truth = self.decide(state, sending)
            if truth is False:
                state.sent.pop()
                return None
            if truth is None:
                return [state.fork(negation(sending)), state.fork(sending)], []
        if wanted is not None and not (state.got or state.need):
            wanting = self._wanting(state, wanted)
            truth = self.decide(state, wanting)
            if truth is False:
                self._absent(state, wanted)
                state.wanted.pop()
                return None
            if truth is None:
                return [state.fork(negation(wanting)), state.fork(wanting)], []
        if isinstance(sent, Subsections):
            return self._headers(state, sent)
        self._part(state, sent, wanted)
        if not (state.off or state.got or state.need):
            result = self._empties(state, sent, wanted)
            if result is not None:
                return None if isinstance(result, bool) else result
        if wanted is None:
            return self._refused(state, "trailing-data", sent, None, self._trailing(state))
        if sent is None:
            return self._refused(state, "truncated", None, wanted, self._missing(state))
        return self._bytes(state, sent, wanted)

    def _empties(
        self, state: State, sent: AnyNode | None, wanted: AnyNode | None
    ) -> "bool | tuple[list[State], list[Outcome]] | None":
        """What takes no bytes is passed over (True); where that is not sure, both are followed."""
        for node, is_sent in ((sent, True), (wanted, False)):
            size = None if node is None else length_of(node)
            if node is None or size is None:
                continue
            if not is_sent:
                size = self.told(state, size)
            is_pair = sent is not None and wanted is not None and constant(size) is None
            if is_pair and differing(self, state, sent, wanted) is not None:  # type: ignore[arg-type]
                continue
            empty = compare(Operator.EQUAL, size, number(0))
            truth = self.decide(state, empty)
            if truth is None:
                return [state.fork(negation(empty)), state.fork(empty)], []
            if truth and is_sent:
                state.sent.pop()
                return True
            if truth:
                self._absent(state, node)
                state.wanted.pop()
                return True
        return None

    def _bytes(
        self, state: State, sent: AnyNode, wanted: AnyNode
    ) -> "Outcome | tuple[list[State], list[Outcome]] | None":
        for node in (sent, wanted):
            if isinstance(node, Block) or (isinstance(node, Gap) and constant(node.length) is None):
                return self._blocks(state, sent, wanted)
        for nodes, node in ((state.sent, sent), (state.wanted, wanted)):
            if isinstance(node, Run):
                if node.width * node.count > _MOST_BYTES:
                    return self._open(state, f"`{dotted(node.key)}` is too large to go through")
                nodes.pop()
                nodes.extend(reversed(elements(node)))
                return None
        there = self._length(sent) - state.off
        if isinstance(wanted, Gap):
            need = state.need or self._length(wanted)
            size = min(there, need)
            if isinstance(sent, Leaf) and size:
                state.skipped.append((self._sending(state, sent), sent))
            state.need = need - size
            if need == size:
                state.wanted.pop()
            self._consume(state, sent, size)
            return None
        assert isinstance(wanted, Leaf)
        have = sum(piece.size for piece in state.got)
        size = min(there, wanted.width - have)
        if size:
            leaf = sent if isinstance(sent, Leaf) else None
            state.got += (Piece(leaf, state.off, size),)
        self._consume(state, sent, size)
        if have + size == wanted.width:
            self._read(state, wanted, TRUE)
        return None

    def _blocks(
        self, state: State, sent: AnyNode, wanted: AnyNode
    ) -> "Outcome | tuple[list[State], list[Outcome]] | None":
        """One of them has a length or an inside that depends on the state."""
        equal = None
        if not (state.off or state.got or state.need):
            equal = differing(self, state, sent, wanted)
        if equal is not None and self.decide(state, equal) is True:
            if isinstance(sent, Block) and isinstance(wanted, Run):
                state.sent[-1] = as_run(sent, wanted)
                return None
            if isinstance(wanted, Block) and isinstance(sent, Run):
                state.wanted[-1] = as_run(wanted, sent)
                return None
        if equal is not None and self.decide(state, equal) is None:
            return [state.fork(negation(equal)), state.fork(equal)], []
        if (equal is not None and is_parallel(self, state)) or units_part(self, state):
            return self._refused(state, "length", sent, wanted)
        try:
            if lengths_part(self, state):
                return self._refused(state, "length", sent, wanted)
        except Untold:
            pass
        opened = self.opened(state, sent, wanted)
        if opened is not None:
            return opened
        names = f"`{dotted(sent.key)}` and `{dotted(wanted.key)}`"
        return self._open(state, f"{names} are too different to be held against each other")

    def _consume(self, state: State, sent: AnyNode, size: int) -> None:
        state.off += size
        if state.offset is not None:
            state.offset += size
        if state.off >= self._length(sent):
            state.sent.pop()
            state.off = 0

    def _read(self, state: State, wanted: Leaf, guard: Expr) -> None:
        pieces = state.got
        state.got = ()
        state.wanted.pop()
        first = pieces[0]
        is_whole = len(pieces) == 1 and (first.leaf is None or first.size == first.leaf.width)
        value: Expr | None
        try:
            value = read(pieces, wanted.scalar)
        except NoValue:
            value = None
        source = first.leaf if is_whole else None
        where = None if state.offset is None else state.offset - wanted.width
        if not is_marker(wanted.key):
            state.reads.append(Read(wanted, guard, value, source, pieces, where))
        default = number(wanted.default)
        state.env[wanted.key] = UNREAD if value is None else choice(guard, value, default)

    def _in_step(self, state: State, sent: AnyNode, wanted: AnyNode, guard: Expr) -> None:
        """Both take the same bytes, where they are there."""
        # Where it stands is worth a question; behind the first thing that may be absent it is lost.
        if state.offset is not None:
            truth = self.decide(state, guard)
            guard = guard if truth is None else number(truth)
        state.sent.pop()
        size = self._size(sent)
        where = state.offset
        if isinstance(sent, Leaf | Run | Block) and isinstance(wanted, Leaf | Run | Block):
            is_paired = self.pairing.counterpart(wanted.key) == sent.key
            if is_paired and _has_same_values(sent, wanted):
                state.own[wanted.key] = sent.expr
        if is_false(guard):
            state.wanted.pop()
            self._absent(state, wanted)
            return
        match wanted:
            case Leaf():
                leaf = sent if isinstance(sent, Leaf) else None
                state.got = (Piece(leaf, 0, wanted.width),)
                state.offset = None if where is None else where + wanted.width
                if isinstance(sent, Run):
                    leaf = elements(sent)[0]
                    state.got = (Piece(leaf, 0, wanted.width),)
                self._read(state, wanted, guard)
            case Run() | Block():
                state.wanted.pop()
                value: object = sent.expr if isinstance(sent, Run | Block) else None
                same = isinstance(sent, Run | Block) and is_plain(sent, wanted)
                if isinstance(sent, Gap):
                    state.env[wanted.key] = ZEROS
                else:
                    state.env[wanted.key] = value if same and is_true(guard) else UNREAD
                inner: Inner | None = None
                if isinstance(sent, Block) and isinstance(wanted, Block) and not same:
                    inner = self.inner(state, sent, wanted)
                state.reads.append(Read(wanted, guard, None, sent, (), where, inner))
            case _:
                state.wanted.pop()
                if isinstance(sent, Leaf | Run | Block):
                    state.skipped.append((guard, sent))
        if state.offset is not None:
            is_fixed = size is not None and is_true(guard) and where is not None
            state.offset = where + size if is_fixed else None  # type: ignore[operator]


def _has_same_values(sent: AnyNode, wanted: AnyNode) -> bool:
    if isinstance(sent, Leaf) and isinstance(wanted, Leaf):
        return sent.scalar == wanted.scalar
    return is_plain(sent, wanted)
