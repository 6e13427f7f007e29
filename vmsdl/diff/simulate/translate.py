"""The receiver's expressions in the sender's words, and what follows from the way taken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.nodes import AnyNode, PlacedBody
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.simulate.records import UNREAD, ZEROS, Inner, Untranslatable, WalkState
from vmsdl.expr.logic import (
    FieldPath,
    and_,
    find_path,
    is_false,
    is_true,
    make_comparison,
    make_literal,
    map_places,
    not_,
)
from vmsdl.expr.nodes import (
    Expr,
    ExternPresence,
    Item,
    Literal,
    Operator,
    ReceiverValue,
    Select,
    Variable,
)
from vmsdl.expr.text import format_path
from vmsdl.prove.conditions import ConditionSolver

if TYPE_CHECKING:
    from vmsdl.diff.effects.judge import Judge


class Translator:
    """One direction of one pair of descriptions."""

    def __init__(
        self,
        sender: Flattener,
        receiver: Flattener,
        sent: PlacedBody,
        wanted: PlacedBody,
        questions: ConditionSolver,
        known: Mapping[FieldPath, Expr | None],
        pairing: Pairing,
        leaves: Iterable[FieldPath],
        rules: frozenset[Expr],
        judge_of: "Callable[[list[AnyNode], list[AnyNode]], Judge]",
    ) -> None:
        self.sender = sender
        self.receiver = receiver
        self.questions = questions
        self.known = known  # the receiver's configuration in the sender's words
        self.pairing = pairing
        self.leaves = tuple(leaves)  # all places of the receiver that hold something
        self.sent_body = sent
        self.wanted_body = wanted
        self.rules = rules  # what the sender's own version checks
        self.judge_of = judge_of  # for the elements of lists
        self.inners: dict[tuple[FieldPath, FieldPath], Inner | None] = {}
        self.looking: set[tuple[tuple[str, str], ...]] = set()  # the structs that are looked into
        self.again: set[tuple[tuple[str, str], ...]] = set()  # of those the ones met in themselves
        self.steps = 0

    def _sending(self, state: WalkState, node: AnyNode) -> Expr:
        return and_(node.under, node.guard)

    def _wanting(self, state: WalkState, node: AnyNode, *, own: bool = False) -> Expr:
        return and_(node.under, self.told(state, node.guard, own=own))

    def _agree(self, state: WalkState, sent: AnyNode, wanted: AnyNode) -> bool:
        """Both are there in the same states, or where they are not the sender's own version would
        not have them either."""
        sending = self._sending(state, sent)
        try:
            if self._same(state, sending, self._wanting(state, wanted, own=True)):
                return True
        except Untranslatable:
            pass
        return self._same(state, sending, self._wanting(state, wanted))

    def equals(self, state: WalkState, one: Expr, other: Expr) -> bool:
        """The same number for the sender and for the receiver, in the same sense."""
        try:
            if self.are_equal(state, one, self.told(state, other, own=True)):
                return True
        except Untranslatable:
            pass
        return self.are_equal(state, one, self.told(state, other))

    def told(self, state: WalkState, e: Expr, *, own: bool = False) -> Expr:
        """A receiver's expression in the sender's words: in terms of what it has read.

        `own`: what was not there is taken to have arrived, as far as it is in the sender's own
        version: to see whether it would do the same with its own stream.
        """

        def place(part: Expr) -> Expr:
            if isinstance(part, Variable | ExternPresence | ReceiverValue):
                return part
            key = find_path(part)
            known: object = None
            if key is not None and key in self.known and self.known[key] is None:
                return part
            if key is not None:
                known = state.own.get(key) if own else None
                known = known or state.env.get(key) or self._whole(state, key, part, own)
            if known is ZEROS or known is UNREAD:
                raise Untranslatable(f"what `{format_path(key or ())}` holds is not known")
            if known is not None:
                return known  # type: ignore[return-value]
            if isinstance(part, Item):
                over = find_path(part.value)
                if over is not None and state.env.get(over) is ZEROS:
                    return make_literal(0)
                return replace(part, value=place(part.value), index=map_places(part.index, place))
            if isinstance(part, Select):
                return replace(part, value=place(part.value))
            raise Untranslatable(f"what `{format_path(key or ('it',))}` holds is not known")

        return e if is_true(e) or is_false(e) else map_places(e, place)

    def _whole(self, state: WalkState, key: FieldPath, part: Expr, own: bool) -> Expr | None:
        """A struct or an array of structs all of which was read from what it stands for."""
        inside = [leaf for leaf in self.leaves if leaf[: len(key)] == key]
        if not inside or not all(leaf in state.own for leaf in inside):
            return None
        if not own and any(state.env.get(leaf) != state.own[leaf] for leaf in inside):
            return None
        return part if all(state.own_key(leaf) == leaf for leaf in inside) else None

    def _same(self, state: WalkState, one: Expr, other: Expr) -> bool:
        if one == other:
            return True
        if isinstance(one, Literal) and isinstance(other, Literal):
            return False
        if is_true(one) or is_true(other) or is_false(one) or is_false(other):
            known = other if is_true(one) or is_false(one) else one
            wanted = is_true(one) or is_true(other)
            return self.decide(state, known) is wanted
        return self.never(and_(state.path, one, not_(other))) and self.never(
            and_(state.path, other, not_(one))
        )

    def are_equal(self, state: WalkState, one: Expr, other: Expr) -> bool:
        """Two numbers are the same in every state that gets here."""
        difference = make_comparison(Operator.NOT_EQUAL, one, other)
        return is_false(difference) or self.never(and_(state.path, difference))

    def decide(self, state: WalkState, condition: Expr) -> bool | None:
        if is_true(condition):
            return True
        if is_false(condition) or self.never(and_(state.path, condition)):
            return False
        return True if self.never(and_(state.path, not_(condition))) else None

    def never(self, condition: Expr) -> bool:
        return self.questions.possible(condition) is False
