"""How a way through sender and receiver ends, and how long what is on it is."""

from contextlib import suppress
from dataclasses import replace

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionEntry,
    SubsectionsNode,
)
from vmsdl.diff.simulate.records import (
    ZEROS,
    CheckedNode,
    Divergence,
    LoadEnding,
    LoadOutcome,
    Untranslatable,
    WalkState,
)
from vmsdl.diff.simulate.translate import Translator
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    and_,
    is_false,
    make_literal,
    not_,
)
from vmsdl.expr.nodes import Expr
from vmsdl.schema.types import Opaque

_MOST_COUNTED = 64  # nodes


class Endings(Translator):
    """What is noted at the end."""

    def _check(self, state: WalkState, wanted: CheckNode) -> None:
        state.wanted.pop()
        with suppress(Untranslatable):
            own = self.told(state, wanted.condition, own=True)
            guard = self._wanting(state, wanted, own=True)
            if own in self.rules and self.never(and_(state.path, guard, not_(own))):
                return  # what it still refuses the sender's own version refuses too
        guard = self._wanting(state, wanted)
        if is_false(guard):
            return
        state.checks.append(CheckedNode(wanted, guard, self.told(state, wanted.condition)))

    def _absent(self, state: WalkState, wanted: AnyNode) -> None:
        if isinstance(wanted, ScalarNode):
            state.env[wanted.key] = make_literal(wanted.default)
        elif isinstance(wanted, ScalarArrayNode | BlockNode):
            state.env[wanted.key] = ZEROS

    def _part(self, state: WalkState, sent: AnyNode | None, wanted: AnyNode | None) -> None:
        if state.parting is None and not (state.off or state.got or state.need):
            state.parting = Divergence(state.offset, sent, wanted)

    def _accepted(self, state: WalkState) -> LoadOutcome:
        return self._ended(state, LoadEnding.ACCEPTED)

    def _refused(
        self,
        state: WalkState,
        reason: str,
        sent: AnyNode | None,
        wanted: AnyNode | None,
        message: str = "",
        entry: SubsectionEntry | None = None,
    ) -> LoadOutcome:
        ended = self._ended(state, LoadEnding.REFUSED)
        return replace(ended, reason=reason, message=message, sent=sent, wanted=wanted, entry=entry)

    def _trailing(self, state: WalkState) -> str:
        """By how much a section is too long, where that is one number."""
        found = -state.off
        for node in state.sent[-_MOST_COUNTED:]:
            size = self._counted(state, node, self._sending(state, node))
            if isinstance(node, SubsectionsNode):
                present = [and_(node.under, node.guard, entry.needed) for entry in node.entries]
                is_sent = any(self.decide(state, each) is not False for each in present)
                size = None if is_sent else 0
            if size is None or len(state.sent) > _MOST_COUNTED:
                return ""
            found += size
        return f"{_bytes(found)} too many"

    def _missing(self, state: WalkState) -> str:
        """By how much it is too short, where that is one number."""
        found = -sum(piece.size for piece in state.got)
        for node in state.wanted[-_MOST_COUNTED:]:
            size: int | None = None
            with suppress(Untranslatable):
                size = self._counted(state, node, self._wanting(state, node))
            if size is None or state.need or len(state.wanted) > _MOST_COUNTED:
                return ""
            found += size
        return f"{_bytes(found)} missing"

    def _counted(self, state: WalkState, node: AnyNode, there: Expr) -> int | None:
        """The bytes of a node; None: that hangs on the state."""
        if isinstance(node, MoreElementsNode):
            return None
        is_there = self.decide(state, there)
        return 0 if is_there is False else self._size(node) if is_there else None

    def _open(self, state: WalkState, reason: str) -> LoadOutcome:
        sent = state.sent[-1] if state.sent else None
        wanted = state.wanted[-1] if state.wanted else None
        ended = self._ended(state, LoadEnding.OPEN)
        return replace(ended, reason=reason, sent=sent, wanted=wanted)

    def _ended(self, state: WalkState, ending: LoadEnding) -> LoadOutcome:
        return LoadOutcome(
            ending=ending,
            when=state.path,
            parting=state.parting,
            reads=tuple(state.reads),
            checks=tuple(state.checks),
            skipped=tuple(state.skipped),
            opened=tuple(state.opened),
            env=state.env,
        )

    def _length(self, node: AnyNode) -> int:
        size = self._size(node)
        assert size is not None
        return size

    def _size(self, node: AnyNode) -> int | None:
        match node:
            case ScalarNode(width=width):
                return width
            case ScalarArrayNode(width=width, count=count):
                return width * count
            case PaddingNode(length=length):
                value = fold_constant(length)
                return None if value is None else int(value)
            case BlockNode(type=Opaque(), sizes=(length, *_)):
                value = fold_constant(length)
                return None if value is None else int(value)
            case BlockNode():
                return None
            case SubsectionsNode() | CheckNode() | MoreElementsNode():
                return 0


def _bytes(number: int) -> str:
    return "1 byte" if number == 1 else f"{number:,} bytes"
