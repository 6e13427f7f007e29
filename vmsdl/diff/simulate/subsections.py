"""Subsections: where a sender writes them and a receiver looks for them."""

from dataclasses import replace
from typing import TYPE_CHECKING

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionEntry,
    SubsectionsNode,
)
from vmsdl.diff.simulate.outcomes import Endings
from vmsdl.diff.simulate.records import (
    WalkState,
    header,
)
from vmsdl.expr.logic import (
    and_,
    is_false,
    is_true,
    not_,
)
from vmsdl.expr.nodes import Expr

if TYPE_CHECKING:
    from vmsdl.diff.simulate.records import LoadOutcome


class SubsectionScanner(Endings):
    """The look-ahead behind every body."""

    def _subsections(
        self, state: WalkState, sent: AnyNode | None, wanted: SubsectionsNode
    ) -> "LoadOutcome | tuple[list[WalkState], list[LoadOutcome]] | None":
        if not isinstance(sent, SubsectionsNode) or state.off:
            if sent is not None and not state.off:
                sending = self._sending(state, sent)
                truth = self.decide(state, sending)
                if truth is None:
                    return [state.fork(not_(sending)), state.fork(sending)], []
                if truth is False:
                    state.sent.pop()
                    return None
            self._leave(state, wanted)
            return None
        if not self._agree(state, sent, wanted):
            truth = self.decide(state, self._sending(state, sent))
            if truth is False:
                state.sent.pop()
                return None
            if truth is None:
                condition = self._sending(state, sent)
                return [state.fork(not_(condition)), state.fork(condition)], []
            if self.decide(state, self._wanting(state, wanted)) is not True:
                self._leave(state, wanted)
                return None
        if not sent.entries:
            state.sent.pop()
            if self.pairing.counterpart(wanted.key) == sent.key:
                self._leave(state, wanted)
            # Else the receiver goes on looking: what comes next may be another body's.
            return None
        entry, *others = sent.entries
        name = entry.description.wire_name
        if not name.startswith(wanted.wire_name) or name == wanted.wire_name:
            # Not ours: it is left in the stream for whoever embeds us.
            self._leave(state, wanted)
            return None
        state.sent[-1] = replace(sent, entries=tuple(others))
        present = and_(self._sending(state, sent), entry.needed)
        if is_false(present):
            return None
        return self._subsection(state, sent, wanted, entry, present)

    def _subsection(
        self,
        state: WalkState,
        sent: SubsectionsNode,
        wanted: SubsectionsNode,
        entry: SubsectionEntry,
        present: Expr,
    ) -> "LoadOutcome | tuple[list[WalkState], list[LoadOutcome]] | None":
        name = entry.description.wire_name
        # Of two with one name a loader takes the first for both: so it does with its own streams.
        twins = [e for e in wanted.entries if e.description.wire_name == name]
        after = sum(e.description.wire_name == name for e in sent.entries[1:])
        twin = twins[-1 - after] if after < len(twins) else next(iter(twins), None)
        own = entry.description
        reason, message = "", ""
        if twin is None:
            reason, message = "unknown-subsection", f'there is no subsection "{name}"'
        elif own.version_id & 255 > twin.description.version_id:
            reason = "version-too-new"
            message = f'"{name}" version {own.version_id} is too new'
        elif own.version_id & 255 < twin.description.minimum_version_id:
            reason = "version-too-old"
            message = f'"{name}" version {own.version_id} is too old'
        if reason:
            refused = self._refused(state.fork(present), reason, None, None, message, entry)
            return [state.fork(not_(present))], [refused]
        assert twin is not None
        inner = self.sender.inside(entry, own.version_id)
        outer = self.receiver.inside(twin, own.version_id)
        state.sent.extend(replace(n, under=and_(n.under, present)) for n in reversed(inner))
        state.wanted.extend(replace(n, under=and_(n.under, present)) for n in reversed(outer))
        if state.offset is not None:
            is_fixed = is_true(present)
            state.offset = state.offset + 6 + len(name.encode()) if is_fixed else None
        return None

    def _leave(self, state: WalkState, wanted: SubsectionsNode) -> None:
        """The receiver looks for no more: what it was not sent keeps what it was."""
        state.wanted.pop()
        waiting = list(wanted.entries)
        while waiting:
            entry = waiting.pop()
            for node in self.receiver.inside(entry, entry.description.version_id):
                if isinstance(node, SubsectionsNode):
                    waiting += node.entries
                elif (
                    isinstance(node, ScalarNode | ScalarArrayNode | BlockNode)
                    and node.key not in state.env
                ):
                    self._absent(state, node)

    def _headers(
        self, state: WalkState, sent: SubsectionsNode
    ) -> "tuple[list[WalkState], list[LoadOutcome]]":
        """A subsection begins where the receiver wants something else: bytes like any others."""
        if not sent.entries:
            state.sent.pop()
            return [state], []
        entry, *others = sent.entries
        present = and_(self._sending(state, sent), entry.needed)
        absent = state.fork(not_(present))
        absent.sent[-1] = replace(sent, entries=tuple(others))
        there = state.fork(present)
        there.sent[-1] = replace(sent, entries=tuple(others))
        own = entry.description
        there.sent.extend(reversed(self.sender.inside(entry, own.version_id)))
        there.sent.extend(reversed(header(own.wire_name, own.version_id)))
        return [absent, there], []
