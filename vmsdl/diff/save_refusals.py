"""From a sender to the states that only the other version of it can save.

`where` and `validate` hold on save too: a state that violates one that is new cannot be saved, and
QEMU ends the source over it. Every other verdict is about states that can be.
"""

from collections.abc import Iterator, Mapping

from vmsdl.diff.edits.pair import Path
from vmsdl.diff.effects.judge import Judge
from vmsdl.diff.layout.flatten import Flattener, TooLarge, ambiguous
from vmsdl.diff.layout.nodes import AnyNode, Leaf, Rule
from vmsdl.diff.layout.settings import shared
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.migration import configured
from vmsdl.diff.report import Finding, Outcome
from vmsdl.diff.simulate.records import Untold
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, both, either, negation
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import words
from vmsdl.prove.conditions import Prover
from vmsdl.prove.shorten import shorter


def refused_saves(sender: Side, other: Side, machine: str | None) -> Iterator[Finding]:
    """For each check of the sender: what violates it, and none of the other version. It adds
    nothing to the verdict, which is about states that can be saved."""
    mine, yours = shared(sender, other, machine)
    plain = ambiguous(sender.schema, other.schema)
    source = Flattener(sender.schema, mine, plain)
    target = Flattener(other.schema, yours, plain)
    try:
        own = source.everything(source.top(sender.description, sender.description.version_id))
        rest = target.everything(target.top(other.description, other.description.version_id))
        there = frozenset(_held(own, rest, sender, other))
    except (TooLarge, RecursionError):
        return  # the comparison itself says so
    defaults = {node.key: node.default for node in own if isinstance(node, Leaf)}
    prover = Prover(sender.schema.enums, defaults, both(*there))
    back = Pairing(sender, other)
    groups: dict[tuple[Path, int], list[Rule]] = {}
    for node in own:
        if isinstance(node, Rule) and _is_new(node, there, back):
            path = tuple(part for part in node.key if isinstance(part, str))
            groups.setdefault((path, node.span.start), []).append(node)
    for (path, _), rules in groups.items():
        when = either(*(negation(_as_condition(rule)) for rule in rules))
        answer = prover.satisfiable(when)
        if answer.holds is True:
            yield _finding(sender, path, rules[0], shorter(when, prover), answer.witness)


def _is_new(rule: Rule, there: frozenset[Expr], back: Pairing) -> bool:
    """Of what the other version has too; what is demanded of a new field is no news."""
    return back.counterpart(rule.key) is not None and _as_condition(rule) not in there


def _finding(
    sender: Side,
    path: Path,
    rule: Rule,
    when: Expr,
    witness: Mapping[str, int | bool],
) -> Finding:
    top = sender.description
    outcome = Outcome(
        Verdict.OK,
        when=words(when),
        witness=dict(witness),
        error=f"the save fails: {rule.message}" if rule.message else "the save fails",
        condition=when,
    )
    return Finding(
        rule="save-refused",
        device=top.wire_name,
        path=".".join((top.name, *path)),
        message=f"a state that violates `{words(rule.condition)}` cannot be saved any more",
        new_to_old=outcome,
        new=rule.span,
        help="demand only what holds whenever it is saved: QEMU ends the source over it",
    )


def _held(own: list[AnyNode], rest: list[AnyNode], sender: Side, other: Side) -> Iterator[Expr]:
    """The checks of the other version on the sender's state, as far as they can be told."""
    pairing, back = Pairing(other, sender), Pairing(sender, other)
    schemas = sender.schema, other.schema
    known = configured(other, pairing)
    judge = Judge(own, rest, pairing, back, schemas, known, sender_is_old=False, section=TRUE)
    for rule in rest:
        if isinstance(rule, Rule):
            try:
                yield judge.as_sent(_as_condition(rule))
            except Untold:
                continue


def _as_condition(rule: Rule) -> Expr:
    return either(negation(both(rule.under, rule.guard)), rule.condition)
