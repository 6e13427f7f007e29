"""From a sender to the states that only the other version of it can save.

`where` and `validate` hold on save too: a state that violates one that is new cannot be saved, and
QEMU ends the source over it. Every other verdict is about states that can be.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.pair import PairPath
from vmsdl.diff.effects.context import EffectContext, index_value_nodes
from vmsdl.diff.layout.flatten import Flattener, TooLarge, find_ambiguous_names
from vmsdl.diff.layout.nodes import AnyNode, CheckNode, ScalarNode
from vmsdl.diff.layout.settings import find_shared_settings
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.migration import bind_configuration
from vmsdl.diff.report import DirectionResult, Finding
from vmsdl.diff.simulate.reasons import Untranslatable
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, and_, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.shorten import shorten
from vmsdl.prove.witness import Witness, format_witness


def find_refused_saves(sender: Side, other: Side, machine: str | None) -> Iterator[Finding]:
    """For each check of the sender: what violates it, and none of the other version. It adds
    nothing to the verdict, which is about states that can be saved."""
    mine, yours = find_shared_settings(sender, other, machine)
    plain = find_ambiguous_names(sender.schema, other.schema)
    source = Flattener(sender.schema, mine, plain)
    target = Flattener(other.schema, yours, plain)
    try:
        own = source.flatten_all(
            source.place_top(sender.description, sender.description.version_id)
        )
        rest = target.flatten_all(target.place_top(other.description, other.description.version_id))
        there = frozenset(_held(own, rest, sender, other))
    except (TooLarge, RecursionError):
        return  # the comparison itself says so
    defaults = {node.key: node.default for node in own if isinstance(node, ScalarNode)}
    prover = ConditionProver(sender.schema.enums, defaults, and_(*there))
    back = Pairing(sender, other)
    groups: dict[tuple[PairPath, int], list[CheckNode]] = {}
    for node in own:
        if isinstance(node, CheckNode) and _is_new(node, there, back):
            path = tuple(part for part in node.key if isinstance(part, str))
            groups.setdefault((path, node.span.start), []).append(node)
    for (path, _), rules in groups.items():
        when = or_(*(not_(_as_condition(rule)) for rule in rules))
        answer = prover.satisfiable(when)
        if answer.holds is True:
            yield _finding(sender, path, rules[0], shorten(when, prover), answer.witness)


def _is_new(rule: CheckNode, there: frozenset[Expr], back: Pairing) -> bool:
    """Of what the other version has too; what is demanded of a new field is no news."""
    return back.counterpart(rule.key) is not None and _as_condition(rule) not in there


def _finding(
    sender: Side,
    path: PairPath,
    rule: CheckNode,
    when: Expr,
    witness: Witness,
) -> Finding:
    top = sender.description
    outcome = DirectionResult(
        Verdict.OK,
        when=unparse(when),
        witness=format_witness(witness),
        state=witness,
        error=f"the save fails: {rule.message}" if rule.message else "the save fails",
        condition=when,
    )
    return Finding(
        rule="save-refused",
        device=top.wire_name,
        path=".".join((top.name, *path)),
        message=f"a state that violates `{unparse(rule.condition)}` cannot be saved any more",
        new_to_old=outcome,
        new=rule.span,
        help="demand only what holds whenever it is saved: QEMU ends the source over it",
    )


def _held(own: list[AnyNode], rest: list[AnyNode], sender: Side, other: Side) -> Iterator[Expr]:
    """The checks of the other version on the sender's state, as far as they can be told."""
    pairing, back = Pairing(other, sender), Pairing(sender, other)
    context = EffectContext(
        sent=index_value_nodes(own),
        expected=index_value_nodes(rest),
        pairing=pairing,
        reverse_pairing=back,
        sender_schema=sender.schema,
        receiver_schema=other.schema,
        configuration=bind_configuration(other, pairing),
        sender_is_old=False,
        section_condition=TRUE,
    )
    for rule in rest:
        if isinstance(rule, CheckNode):
            try:
                yield context.translate_by_pairing(_as_condition(rule))
            except Untranslatable:
                continue


def _as_condition(rule: CheckNode) -> Expr:
    return or_(not_(and_(rule.sender_guard, rule.guard)), rule.condition)
