"""Sender and receiver step by step over the same bytes: every way a load can end, and when."""

from collections.abc import Iterator

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionsNode,
    unroll_array,
)
from vmsdl.diff.simulate.lengths import (
    find_length_difference,
    have_same_length,
    is_parallel,
    is_plain,
    length_of,
    lengths_part,
    to_scalar_array,
    units_part,
)
from vmsdl.diff.simulate.lists import ListUnroller, is_marker
from vmsdl.diff.simulate.records import (
    UNREAD,
    ZEROS,
    Inner,
    LoadOutcome,
    ReadNode,
    Untranslatable,
    WalkState,
)
from vmsdl.diff.simulate.reinterpret import ByteSlice, NotAnInteger, read_value
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    depends_on_extern,
    if_then_else,
    is_false,
    is_true,
    make_comparison,
    make_literal,
    not_,
)
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.expr.text import format_path

MOST_PATHS = 300
_MOST_OPEN = 32  # where they hang on what no schema decides
_MOST_STEPS = 60_000
_MOST_BYTES = 1 << 14  # of one array that is looked at byte by byte


class Walk(ListUnroller):
    """One direction of one pair of descriptions."""

    def outcomes(self) -> Iterator[LoadOutcome]:
        start = WalkState(
            sent=self.sender.nodes(self.sent_body)[::-1],
            wanted=self.receiver.nodes(self.wanted_body)[::-1],
            env={key: e for key, e in self.known.items() if e is not None},
        )
        yield from self.outcomes_from(start)

    def outcomes_from(self, state: WalkState) -> Iterator[LoadOutcome]:
        waiting = [state]
        ended = 0
        while waiting:
            state = waiting.pop()
            most = _MOST_OPEN if depends_on_extern(state.path) else MOST_PATHS
            if ended + len(waiting) > most or self.steps > _MOST_STEPS:
                yield self._open(state, "too many combinations of conditions")
                for other in waiting:
                    yield self._open(other, "too many combinations of conditions")
                return
            try:
                result = self._run(state)
            except Untranslatable as untold:
                result = self._open(state, str(untold))
            if isinstance(result, LoadOutcome):
                ended += 1
                yield result
                continue
            for outcome in result[1]:
                ended += 1
                yield outcome
            waiting += [fork for fork in result[0] if not self.never(fork.path)]

    def _run(self, state: WalkState) -> "LoadOutcome | tuple[list[WalkState], list[LoadOutcome]]":
        while True:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return self._open(state, "too many fields")
            sent = state.sent[-1] if state.sent else None
            wanted = state.wanted[-1] if state.wanted else None
            if isinstance(sent, CheckNode):
                state.sent.pop()
                continue
            if isinstance(wanted, CheckNode) and not state.got:
                self._check(state, wanted)
                continue
            if isinstance(wanted, MoreElementsNode) and not state.got:
                return self.more(state, wanted)
            if isinstance(wanted, SubsectionsNode) and not state.got and not state.need:
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
        self, state: WalkState, sent: AnyNode | None, wanted: AnyNode | None
    ) -> "LoadOutcome | tuple[list[WalkState], list[LoadOutcome]] | None":
        sending = FALSE if sent is None else self._sending(state, sent)
        is_fresh = not (state.off or state.got or state.need)
        if (
            (is_fresh and sent is not None and wanted is not None)
            and have_same_length(self, state, sent, wanted)
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
                return [state.fork(not_(sending)), state.fork(sending)], []
        if wanted is not None and not (state.got or state.need):
            wanting = self._wanting(state, wanted)
            truth = self.decide(state, wanting)
            if truth is False:
                self._absent(state, wanted)
                state.wanted.pop()
                return None
            if truth is None:
                return [state.fork(not_(wanting)), state.fork(wanting)], []
        if isinstance(sent, SubsectionsNode):
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
        self, state: WalkState, sent: AnyNode | None, wanted: AnyNode | None
    ) -> "bool | tuple[list[WalkState], list[LoadOutcome]] | None":
        """What takes no bytes is passed over (True); where that is not sure, both are followed."""
        for node, is_sent in ((sent, True), (wanted, False)):
            size = None if node is None else length_of(node)
            if node is None or size is None:
                continue
            if not is_sent:
                size = self.told(state, size)
            is_pair = sent is not None and wanted is not None and fold_constant(size) is None
            if is_pair and find_length_difference(self, state, sent, wanted) is not None:  # type: ignore[arg-type]
                continue
            empty = make_comparison(Operator.EQUAL, size, make_literal(0))
            truth = self.decide(state, empty)
            if truth is None:
                return [state.fork(not_(empty)), state.fork(empty)], []
            if truth and is_sent:
                state.sent.pop()
                return True
            if truth:
                self._absent(state, node)
                state.wanted.pop()
                return True
        return None

    def _bytes(
        self, state: WalkState, sent: AnyNode, wanted: AnyNode
    ) -> "LoadOutcome | tuple[list[WalkState], list[LoadOutcome]] | None":
        for node in (sent, wanted):
            if isinstance(node, BlockNode) or (
                isinstance(node, PaddingNode) and fold_constant(node.length) is None
            ):
                return self._blocks(state, sent, wanted)
        for nodes, node in ((state.sent, sent), (state.wanted, wanted)):
            if isinstance(node, ScalarArrayNode):
                if node.width * node.count > _MOST_BYTES:
                    return self._open(
                        state, f"`{format_path(node.key)}` is too large to go through"
                    )
                nodes.pop()
                nodes.extend(reversed(unroll_array(node)))
                return None
        there = self._length(sent) - state.off
        if isinstance(wanted, PaddingNode):
            need = state.need or self._length(wanted)
            size = min(there, need)
            if isinstance(sent, ScalarNode) and size:
                state.skipped.append((self._sending(state, sent), sent))
            state.need = need - size
            if need == size:
                state.wanted.pop()
            self._consume(state, sent, size)
            return None
        assert isinstance(wanted, ScalarNode)
        have = sum(piece.size for piece in state.got)
        size = min(there, wanted.width - have)
        if size:
            leaf = sent if isinstance(sent, ScalarNode) else None
            state.got += (ByteSlice(leaf, state.off, size),)
        self._consume(state, sent, size)
        if have + size == wanted.width:
            self._read(state, wanted, TRUE)
        return None

    def _blocks(
        self, state: WalkState, sent: AnyNode, wanted: AnyNode
    ) -> "LoadOutcome | tuple[list[WalkState], list[LoadOutcome]] | None":
        """One of them has a length or an inside that depends on the state."""
        equal = None
        if not (state.off or state.got or state.need):
            equal = find_length_difference(self, state, sent, wanted)
        if equal is not None and self.decide(state, equal) is True:
            if isinstance(sent, BlockNode) and isinstance(wanted, ScalarArrayNode):
                state.sent[-1] = to_scalar_array(sent, wanted)
                return None
            if isinstance(wanted, BlockNode) and isinstance(sent, ScalarArrayNode):
                state.wanted[-1] = to_scalar_array(wanted, sent)
                return None
        if equal is not None and self.decide(state, equal) is None:
            return [state.fork(not_(equal)), state.fork(equal)], []
        if (equal is not None and is_parallel(self, state)) or units_part(self, state):
            return self._refused(state, "length", sent, wanted)
        try:
            if lengths_part(self, state):
                return self._refused(state, "length", sent, wanted)
        except Untranslatable:
            pass
        opened = self.opened(state, sent, wanted)
        if opened is not None:
            return opened
        names = f"`{format_path(sent.key)}` and `{format_path(wanted.key)}`"
        return self._open(state, f"{names} are too different to be held against each other")

    def _consume(self, state: WalkState, sent: AnyNode, size: int) -> None:
        state.off += size
        if state.offset is not None:
            state.offset += size
        if state.off >= self._length(sent):
            state.sent.pop()
            state.off = 0

    def _read(self, state: WalkState, wanted: ScalarNode, guard: Expr) -> None:
        pieces = state.got
        state.got = ()
        state.wanted.pop()
        first = pieces[0]
        is_whole = len(pieces) == 1 and (first.leaf is None or first.size == first.leaf.width)
        value: Expr | None
        try:
            value = read_value(pieces, wanted.scalar)
        except NotAnInteger:
            value = None
        source = first.leaf if is_whole else None
        where = None if state.offset is None else state.offset - wanted.width
        if not is_marker(wanted.key):
            state.reads.append(ReadNode(wanted, guard, value, source, pieces, where))
        default = make_literal(wanted.default)
        state.env[wanted.key] = UNREAD if value is None else if_then_else(guard, value, default)

    def _in_step(self, state: WalkState, sent: AnyNode, wanted: AnyNode, guard: Expr) -> None:
        """Both take the same bytes, where they are there."""
        # Where it stands is worth a question; behind the first thing that may be absent it is lost.
        if state.offset is not None:
            truth = self.decide(state, guard)
            guard = guard if truth is None else make_literal(truth)
        state.sent.pop()
        size = self._size(sent)
        where = state.offset
        if isinstance(sent, ScalarNode | ScalarArrayNode | BlockNode) and isinstance(
            wanted, ScalarNode | ScalarArrayNode | BlockNode
        ):
            is_paired = self.pairing.counterpart(wanted.key) == sent.key
            if is_paired and _has_same_values(sent, wanted):
                state.own[wanted.key] = sent.expr
        if is_false(guard):
            state.wanted.pop()
            self._absent(state, wanted)
            return
        match wanted:
            case ScalarNode():
                leaf = sent if isinstance(sent, ScalarNode) else None
                state.got = (ByteSlice(leaf, 0, wanted.width),)
                state.offset = None if where is None else where + wanted.width
                if isinstance(sent, ScalarArrayNode):
                    leaf = unroll_array(sent)[0]
                    state.got = (ByteSlice(leaf, 0, wanted.width),)
                self._read(state, wanted, guard)
            case ScalarArrayNode() | BlockNode():
                state.wanted.pop()
                value: object = sent.expr if isinstance(sent, ScalarArrayNode | BlockNode) else None
                same = isinstance(sent, ScalarArrayNode | BlockNode) and is_plain(sent, wanted)
                if isinstance(sent, PaddingNode):
                    state.env[wanted.key] = ZEROS
                else:
                    state.env[wanted.key] = value if same and is_true(guard) else UNREAD
                inner: Inner | None = None
                if isinstance(sent, BlockNode) and isinstance(wanted, BlockNode) and not same:
                    inner = self.inner(state, sent, wanted)
                state.reads.append(ReadNode(wanted, guard, None, sent, (), where, inner))
            case _:
                state.wanted.pop()
                if isinstance(sent, ScalarNode | ScalarArrayNode | BlockNode):
                    state.skipped.append((guard, sent))
        if state.offset is not None:
            is_fixed = size is not None and is_true(guard) and where is not None
            state.offset = where + size if is_fixed else None  # type: ignore[operator]


def _has_same_values(sent: AnyNode, wanted: AnyNode) -> bool:
    if isinstance(sent, ScalarNode) and isinstance(wanted, ScalarNode):
        return sent.scalar == wanted.scalar
    return is_plain(sent, wanted)
