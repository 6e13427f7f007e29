"""What the diff says is what the codecs of both sides do."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.evolve import Device, Maker, Nodes, text
from tests.support.hypothesis_profiles import budget
from tests.support.pipeline import Compiled, NotASchema, compiled, forget
from tests.support.replay_oracle import said
from vmsdl.build.in_memory import GeneratedModules
from vmsdl.diff.layout.settings import MachinePair
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    Binary,
    Call,
    Conditional,
    Expr,
    Function,
    Item,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    Select,
    Unary,
    Variable,
)
from vmsdl.expr.text import unparse
from vmsdl.prove.witness import format_witness
from vmsdl.replay.build_state import StateNotBuilt, build_state
from vmsdl.replay.compare_values import Ends
from vmsdl.replay.program import ReplaySide
from vmsdl.replay.run import run_migration

STATES = 12
WITNESSES = 8
WORDS = {EffectKind.REFUSED: "refused", EffectKind.CORRUPT: "corrupt", EffectKind.LOSSY: "lossy"}


@budget(40)
@given(st.integers(0, 2**48))
def test_verdicts_agree_with_the_codecs(seed: int) -> None:
    check(seed)


def check(seed: int) -> dict[str, int]:
    maker = Maker(Random(seed))
    before = maker.device()
    after = before
    for _ in range(maker.random.randint(1, 3)):
        after = maker.change(after)
    try:
        old = compiled(text(before))
        new = compiled(text(after))
    except NotASchema:
        return {"invalid": 1}
    found: dict[str, int] = {}
    try:
        # What differs between the two is not set by hand.
        differing = {*before.properties} ^ {*after.properties}
        settled = frozenset(name for name, _ in differing)
        one, other = (
            ReplaySide(side(each), GeneratedModules(each.schema, each.texts, each.modules))
            for each in (old, new)
        )
        for ends, device in (
            (Ends(one, other, sender_is_old=True), before),
            (Ends(other, one, sender_is_old=False), after),
        ):
            result = analyze_migration(
                ends.sender.side,
                ends.receiver.side,
                MachinePair(takes_defaults=True),
                sender_is_old=ends.sender_is_old,
                is_thorough=True,
            )
            found[str(result.verdict)] = found.get(str(result.verdict), 0) + 1
            for shown in result.shown[:WITNESSES]:
                replay_witness(ends, shown)
            for _ in range(STATES):
                replay(maker, ends, device, result, settled, found)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}\n{text(before)}\n----\n{text(after)}") from None
    finally:
        forget(old.modules)
        forget(new.modules)
    return found


def side(program: Compiled) -> Side:
    return Side(program.schema, program.schema.descriptions["dev"])


def replay(
    maker: Maker,
    ends: Ends,
    device: Device,
    result: MigrationResult,
    settled: frozenset[str],
    found: dict[str, int],
) -> None:
    state = maker.state(device, settled)
    expected = said(result, lambda condition: is_true(condition, state, {}))
    if expected is None:
        found["open"] = found.get("open", 0) + 1
        return
    actual = run_migration(ends, make(ends.sender, state))
    if actual.unsaved or actual.own_refusal:
        return  # its own checks keep it from being saved, or a defect of its own from being loaded
    found["replayed " + actual.verdict] = found.get("replayed " + actual.verdict, 0) + 1
    if actual.verdict != expected:
        shown = [
            f"{s.effect.kind.value} {s.effect.reason.text} {unparse(s.condition)}"
            for s in result.shown
        ]
        direction_ = "old to new" if ends.sender_is_old else "new to old"
        why = actual.refusal or actual.wrong or actual.lost
        raise AssertionError(
            f"{direction_}: said {expected}, was {actual.verdict} ({why}) for {state}\n"
            f"{shown} {result.verdict}"
        )


def replay_witness(ends: Ends, shown: ReportedEffect) -> None:
    """The smallest state that is said to have an effect can be saved, and has it."""
    if not shown.is_certain or not shown.witness:
        return
    if any(isinstance(place, Quantifier) for place in shown.witness):
        return  # which element it is, is left open
    try:
        state = build_state(ends.sender, shown.witness, shown.condition)
    except StateNotBuilt:
        return
    actual = run_migration(ends, state.object, state.receiver)
    if actual.own_refusal:
        return
    is_as_said = not actual.unsaved and actual.verdict == WORDS[shown.effect.kind]
    assert is_as_said, (
        f"{'old to new' if ends.sender_is_old else 'new to old'}: said {shown.effect.kind} "
        f"({shown.effect.reason.text}) for {format_witness(shown.witness)} "
        f"of {unparse(shown.condition)}; it is {actual.unsaved or actual.verdict} "
        f"({actual.refusal or actual.wrong or actual.lost})"
    )


def make(program: ReplaySide, state: dict[str, Any]) -> Any:
    o = program.cls()
    fill(o, state, program)
    return o


def fill(o: Any, state: dict[str, Any], program: ReplaySide) -> None:
    for name, value in state.items():
        if isinstance(value, Nodes):
            setattr(o, name, {key: program.class_of("S")() for key in value})
            for key, inner in getattr(o, name).items():
                fill(inner, value[key], program)
        elif isinstance(value, dict):
            if getattr(o, name, None) is None:
                setattr(o, name, getattr(type(o), camel(name))())
            fill(getattr(o, name), value, program)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            setattr(o, name, [program.class_of("S")() for _ in value])
            for inner, each in zip(getattr(o, name), value, strict=True):
                fill(inner, each, program)
        else:
            setattr(o, name, value)


def camel(name: str) -> str:
    return name[:1].upper() + name[1:]


def is_true(e: Expr, state: Any, variables: dict[str, Any]) -> bool:
    """Of an element that a list does not have nothing is true: its length decides."""
    try:
        return bool(evaluate(e, state, variables))
    except IndexError:
        return False


def evaluate(e: Expr, state: Any, variables: dict[str, Any]) -> Any:
    match e:
        case Literal(value=value):
            return value
        case Member(name=name):
            return state[name]
        case Variable(name=name):
            return variables[name]
        case Select(value=value, name=name):
            return evaluate(value, state, variables)[name]
        case Item(value=value, index=index):
            return evaluate(value, state, variables)[evaluate(index, state, variables)]
        case Unary(operator=Operator.NOT, operand=operand):
            return not evaluate(operand, state, variables)
        case Unary(operator=operator, operand=operand):
            inner = evaluate(operand, state, variables)
            return -inner if operator is Operator.NEGATE else ~inner
        case Binary(operator=Operator.AND | Operator.OR as operator, left=left, right=right):
            both = (is_true(each, state, variables) for each in (left, right))
            return all(both) if operator is Operator.AND else any(both)
        case Binary(left=left, right=right):
            one, other = (
                Literal(type=each.type, value=evaluate(each, state, variables))
                for each in (left, right)
            )
            return fold_constant(Binary(type=e.type, operator=e.operator, left=one, right=other))
        case Conditional(condition=condition, yes=yes, no=no):
            return evaluate(yes if evaluate(condition, state, variables) else no, state, variables)
        case Call(function=Function.LEN, arguments=(over,)):
            return len(evaluate(over, state, variables))
        case Call(function=function, arguments=arguments):
            inside = [evaluate(each, state, variables) for each in arguments]
            return min(inside) if function is Function.MIN else max(inside)
        case Quantifier(quantity=quantity, variable=variable, over=over, body=inner):
            holds = [
                is_true(inner, state, {**variables, variable: each})
                for each in evaluate(over, state, variables)
            ]
            return any(holds) if quantity is Quantity.ANY else all(holds)
    raise AssertionError(e)
