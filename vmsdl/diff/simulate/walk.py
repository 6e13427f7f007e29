"""A load, simulated: sender and receiver step by step over the same bytes.

Both sides are lists of nodes in wire order (`layout/flatten.py`). A walk has the next node of the
sender, the next one of the receiver, and a condition: the states of the sender that get here. One
step decides how these two go together:

1. They are in step: the same number of bytes, in the same states. One is read as the other.
2. One of them is not there in these states, or has no bytes: it is passed over. Where that depends
   on the state, the path forks.
3. One side has no more nodes: the section is too long or too short, and the load is refused.
4. They are different: they are read byte by byte, so values go into places of others.

A path ends as accepted, as refused, or as unknown. The conditions of all ends cover every state,
and no two of them hold in the same state.

To see a walk, run `python -m tests.support.trace_walk OLD.vmsd NEW.vmsd`.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from vmsdl.diff.layout.flatten import TooLarge
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    PlacedBody,
    ScalarArrayNode,
    SubsectionsNode,
)
from vmsdl.diff.simulate.lengths import (
    find_count,
    find_equal_length_condition,
    have_same_length,
    to_scalar_array,
)
from vmsdl.diff.simulate.lists import (
    ElementComparison,
    JudgeElement,
)
from vmsdl.diff.simulate.outcomes import (
    make_accepted,
    make_refused,
    make_undecided,
)
from vmsdl.diff.simulate.own_checks import collect_own_checks
from vmsdl.diff.simulate.reading import read_bytes, read_in_step, set_absent
from vmsdl.diff.simulate.reasons import (
    EffectReason,
    UnknownReason,
    Untranslatable,
    make_unknown,
)
from vmsdl.diff.simulate.records import (
    Advance,
    CheckedNode,
    Divergence,
    Fork,
    LoadOutcome,
    PathEnd,
    WalkState,
    WalkStep,
)
from vmsdl.diff.simulate.rest import is_rest, step_over_rest
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.subsections import read_header_as_data, scan_subsections
from vmsdl.diff.simulate.totals.compare import TotalsComparison, compare_totals
from vmsdl.diff.simulate.translate import (
    find_expected_condition,
    find_sent_condition,
    have_same_presence,
    translate,
)
from vmsdl.diff.simulate.unroll import are_empty_maps, read_more_elements, unroll
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FALSE,
    and_,
    count_nodes,
    depends_on_extern,
    is_false,
    make_comparison,
    make_literal,
    not_,
    or_,
)
from vmsdl.expr.nodes import Operator
from vmsdl.expr.text import unparse
from vmsdl.prove.budget import Work

# Called with the state before each step.
Trace: TypeAlias = Callable[[WalkState], None]


_FEW_FACTORS = 2  # of the difference of two totals


class Walk:
    """One direction of one pair of descriptions. `judge_element` is for elements of lists."""

    def __init__(
        self, simulation: Simulation, judge_element: JudgeElement, trace: Trace | None = None
    ) -> None:
        self.simulation = simulation
        self._trace = trace
        self._elements = ElementComparison(simulation, self.follow, judge_element)

    def find_outcomes(self, sent: PlacedBody, expected: PlacedBody) -> Iterator[LoadOutcome]:
        """Every way in which the load of a body can end."""
        known = self.simulation.configuration.items()
        sender = self.simulation.sender
        yield from self.follow(
            WalkState(
                sent=sender.flatten(sent)[::-1],
                expected=self.simulation.receiver.flatten(expected)[::-1],
                values={path: e for path, e in known if e is not None},
                own_checks=collect_own_checks(sender.flatten_all(sent)),
            )
        )

    def follow(self, start: WalkState) -> Iterator[LoadOutcome]:
        """Every way in which the load can end from a state on."""
        limits, budget = self.simulation.limits, self.simulation.budget
        pending = [start]
        ended = 0
        while pending:
            state = pending.pop()
            most = limits.extern_paths if depends_on_extern(state.condition) else limits.paths
            size = count_nodes(state.condition, budget.find_most(Work.BRANCHES))
            budget.spend(Work.BRANCHES, size)
            if ended + len(pending) > most or budget.is_spent:
                unknown = make_unknown(UnknownReason.TOO_MANY_PATHS)
                for each in (state, *pending):
                    yield make_undecided(each, unknown)
                return
            try:
                step = self._follow_to_fork(state)
            except Untranslatable as problem:
                step = PathEnd((make_undecided(state, problem.unknown),))
            except TooLarge:
                unknown = make_unknown(UnknownReason.TOO_MANY_FIELDS)
                step = PathEnd((make_undecided(state, unknown),))
            ended += len(step.outcomes)
            yield from step.outcomes
            if isinstance(step, Fork):
                pending += [
                    fork
                    for fork in step.states
                    if not self.simulation.is_impossible(fork.condition)
                ]

    def _follow_to_fork(self, state: WalkState) -> Fork | PathEnd:
        while True:
            self.simulation.budget.spend(Work.STEPS)
            if self.simulation.budget.is_spent:
                unknown = make_unknown(UnknownReason.BUDGET_SPENT)
                return PathEnd((make_undecided(state, unknown),))
            if self._trace is not None:
                self._trace(state)
            step = self._step(state)
            if not isinstance(step, Advance):
                return step
            state = step.state

    # One step -----------------------------------------------------------------------------------

    def _step(self, state: WalkState) -> WalkStep:
        simulation = self.simulation
        sent = state.sent[-1] if state.sent else None
        expected = state.expected[-1] if state.expected else None
        if isinstance(sent, CheckNode):
            state.sent.pop()  # every state that was saved satisfies it
            return Advance(state)
        if not state.pieces:
            match expected:
                case CheckNode():
                    return _note_check(simulation, state, expected)
                case MoreElementsNode():
                    return read_more_elements(simulation, state, expected)
                case SubsectionsNode() if not state.padding_left:
                    return scan_subsections(simulation, state, sent, expected)
                case _:
                    pass
        if sent is None and expected is None:
            return PathEnd((make_accepted(state),))
        return self._step_fields(state, sent, expected)

    def _step_fields(
        self, state: WalkState, sent: AnyNode | None, expected: AnyNode | None
    ) -> WalkStep:
        """Fields, unused bytes, and subsections that the receiver reads as such."""
        simulation = self.simulation
        sending = FALSE if sent is None else find_sent_condition(sent)
        if (
            (state.is_between_nodes and sent is not None and expected is not None)
            and have_same_length(self._elements, state, sent, expected)
            and have_same_presence(simulation, state, sent, expected)
        ):
            return read_in_step(simulation, self._elements, state, sent, expected)
        if state.is_between_nodes and not state.are_totals_asked:
            state.are_totals_asked = True
            step = _refuse_before_forks(simulation, state, sent, expected)
            if step is not None:
                return step
        if sent is not None and not state.consumed:
            is_sent = simulation.decide(state, sending)
            if is_sent is False:
                state.sent.pop()
                return Advance(state)
            if is_sent is None:
                return Fork((state.fork(not_(sending)), state.fork(sending)))
        if expected is not None and not (state.pieces or state.padding_left):
            expecting = find_expected_condition(simulation, state, expected)
            is_expected = simulation.decide(state, expecting)
            if is_expected is False:
                set_absent(state, expected)
                state.expected.pop()
                return Advance(state)
            if is_expected is None:
                return Fork((state.fork(not_(expecting)), state.fork(expecting)))
        step = step_over_rest(simulation, state, sent, expected)
        if step is not None:
            return step
        if state.is_between_nodes and state.divergence is None:
            state.divergence = Divergence(state.offset, sent, expected)
        if not state.have_equal_totals:
            step = refuse_different_totals(simulation, state, sent, expected)
            if step is not None:
                return step
        if state.is_between_nodes:
            step = self._pass_over_empty(state, sent, expected)
            if step is not None:
                return step
        if isinstance(sent, SubsectionsNode):
            return read_header_as_data(simulation, state, sent)
        if expected is None:
            return _refuse(state, EffectReason.TRAILING_DATA, sent, None)
        if sent is None:
            return _refuse(state, EffectReason.TRUNCATED, None, expected)
        if _has_unknown_length(sent) or _has_unknown_length(expected):
            return self._step_blocks(state, sent, expected)
        return read_bytes(simulation, state, sent, expected)

    def _pass_over_empty(
        self, state: WalkState, sent: AnyNode | None, expected: AnyNode | None
    ) -> WalkStep | None:
        """A node without elements has no bytes. Where that depends on the state, the path forks."""
        for node, is_sent in ((sent, True), (expected, False)):
            count = None if node is None else find_count(node)
            if node is None or count is None:
                continue
            if not is_sent:
                count = translate(self.simulation, state, count)
            if sent is not None and expected is not None and fold_constant(count) is None:
                equal = find_equal_length_condition(self._elements, state, sent, expected)
                if equal is not None:
                    continue  # both are empty in the same states, or their lengths differ
            empty = make_comparison(Operator.EQUAL, count, make_literal(0))
            is_empty = self.simulation.decide(state, empty)
            if is_empty is None:
                return Fork((state.fork(not_(empty)), state.fork(empty)))
            if is_empty and is_sent:
                state.sent.pop()
                return Advance(state)
            if is_empty:
                set_absent(state, node)
                state.expected.pop()
                return Advance(state)
        return None

    def _step_blocks(self, state: WalkState, sent: AnyNode, expected: AnyNode) -> WalkStep:
        """The length of one of the two depends on the state, or what is in it does."""
        simulation = self.simulation
        equal = None
        if state.is_between_nodes:
            equal = find_equal_length_condition(self._elements, state, sent, expected)
        if equal is not None:
            is_equal = simulation.decide(state, equal)
            if is_equal is True:
                if isinstance(sent, BlockNode) and isinstance(expected, ScalarArrayNode):
                    state.sent[-1] = to_scalar_array(sent, expected)
                    return Advance(state)
                if isinstance(expected, BlockNode) and isinstance(sent, ScalarArrayNode):
                    state.expected[-1] = to_scalar_array(expected, sent)
                    return Advance(state)
            if is_equal is None:
                return Fork((state.fork(not_(equal)), state.fork(equal)))
        if are_empty_maps(simulation, state, sent, expected):
            state.sent.pop()
            state.expected.pop()
            set_absent(state, expected)
            return Advance(state)
        fork = unroll(simulation, state, sent, expected)
        if fork is not None:
            return fork
        unknown = make_unknown(UnknownReason.TOO_DIFFERENT, sent.key, expected.key)
        return PathEnd((make_undecided(state, unknown),))


def _refuse_before_forks(
    simulation: Simulation, state: WalkState, sent: AnyNode | None, expected: AnyNode | None
) -> WalkStep | None:
    """Where the totals depend on many presences, they are compared before the path forks into all
    combinations of them. Of few, each combination has words of its own."""
    totals = compare_totals(simulation, state)
    if len(totals.difference.factors) <= _FEW_FACTORS:
        return None
    if any(map(is_rest, (*state.sent, *state.expected))):
        return None
    state.divergence = state.divergence or Divergence(state.offset, sent, expected)
    return _refuse_where_different(simulation, state, sent, expected, totals)


def refuse_different_totals(
    simulation: Simulation, state: WalkState, sent: AnyNode | None, expected: AnyNode | None
) -> WalkStep | None:
    """States whose totals differ are refused, whatever follows; None: there are none."""
    return _refuse_where_different(
        simulation, state, sent, expected, compare_totals(simulation, state)
    )


def _refuse_where_different(
    simulation: Simulation,
    state: WalkState,
    sent: AnyNode | None,
    expected: AnyNode | None,
    totals: TotalsComparison,
) -> WalkStep | None:
    if any(map(is_rest, (*state.sent, *state.expected))):
        return None  # it has any length
    is_different = simulation.decide(state, totals.differ)
    if is_different is False:
        state.have_equal_totals = totals.is_settled
        return None
    reason = EffectReason.LENGTH
    if totals.is_longer is not None:
        reason = EffectReason.TRAILING_DATA if totals.is_longer else EffectReason.TRUNCATED
    message = totals.difference.describe(totals.is_longer, is_always=is_different is True)
    if totals.assumed:
        assumed = and_(*totals.assumed)
        refused = make_refused(state.fork(assumed), reason, sent, expected, message)
        rest = state.fork(not_(assumed))
        unknown = make_unknown(UnknownReason.LENGTH_DEPENDS_ON, unparse(not_(assumed)))
        return PathEnd((refused, make_undecided(rest, unknown)))
    if is_different is True:
        return _refuse(state, reason, sent, expected, message)
    refused = make_refused(state.fork(totals.differ), reason, sent, expected, message)
    rest = state.fork(not_(totals.differ))
    rest.have_equal_totals = totals.is_settled
    return Fork((rest,), (refused,))


def _has_unknown_length(node: AnyNode) -> bool:
    match node:
        case BlockNode():
            return True
        case PaddingNode(length=length):
            return fold_constant(length) is None
        case _:
            return False


def _refuse(
    state: WalkState,
    reason: EffectReason,
    sent: AnyNode | None,
    expected: AnyNode | None,
    message: str = "",
) -> PathEnd:
    return PathEnd((make_refused(state, reason, sent, expected, message),))


def _note_check(simulation: Simulation, state: WalkState, expected: CheckNode) -> Advance:
    """The receiver checks something: unless it always holds here, the outcome says so."""
    state.expected.pop()
    try:
        own = translate(simulation, state, expected.condition, as_own_version=True)
        guard = find_expected_condition(simulation, state, expected, as_own_version=True)
        guards = state.own_checks.guards.get(own, frozenset())
        if guard in guards or (
            guards and simulation.is_impossible(and_(state.condition, guard, not_(own)))
        ):
            # What it refuses all the same, the sender's own version refuses too.
            return Advance(state)
    except Untranslatable:
        pass
    guard = find_expected_condition(simulation, state, expected)
    if not is_false(guard):
        # What the sender's own version refuses is no effect of the change.
        condition = or_(translate(simulation, state, expected.condition), state.own_checks.refused)
        state.checks.append(CheckedNode(expected, guard, condition))
    return Advance(state)
