"""What the diff says is what the codecs of both sides do."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.evolve import Device, Maker, text
from tests.support.pipeline import Compiled, NotASchema, compiled, forget
from tests.support.profiles import budget
from vmsdl.diff.arrivals import Kind
from vmsdl.diff.direction import Direction, direction
from vmsdl.diff.match import Pairing, Side
from vmsdl.diff.terms import Key
from vmsdl.diff.wording import words
from vmsdl.schema.expression import (
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
from vmsdl.wire.constants import constant

STATES = 12


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
        for sender, receiver, device, is_old in (
            (old, new, before, True),
            (new, old, after, False),
        ):
            result = direction(
                side(sender), side(receiver), None, sender_is_old=is_old, is_thorough=True
            )
            found[str(result.verdict)] = found.get(str(result.verdict), 0) + 1
            for _ in range(STATES):
                replay(maker, sender, receiver, old, device, result, is_old, found)
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
    sender: Compiled,
    receiver: Compiled,
    old: Compiled,
    device: Device,
    result: Direction,
    is_old: bool,
    found: dict[str, int],
) -> None:
    state = maker.state(device)
    cls = sender.cls("dev")
    sent = make(cls, state)
    try:
        data = sent.encode()
    except ValueError:
        return  # its own checks keep it from being saved
    expected = said(result, state)
    if expected is None:
        found["open"] = found.get("open", 0) + 1
        return
    try:
        own = cls.decode(data)
    except ValueError:
        return  # a defect of its own
    actual, why = happened(state, data, own, sender, receiver, old, is_old, cls)
    found["replayed " + actual] = found.get("replayed " + actual, 0) + 1
    if actual != expected:
        shown = [f"{s.effect.kind.value} {s.effect.reason} {words(s.when)}" for s in result.shown]
        direction_ = "old to new" if is_old else "new to old"
        raise AssertionError(
            f"{direction_}: said {expected}, was {actual} ({why}) for {state}\n"
            f"{shown} {result.verdict}"
        )


def make(cls: Any, state: dict[str, Any]) -> Any:
    o = cls()
    fill(o, state)
    return o


def fill(o: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        if isinstance(value, dict):
            if getattr(o, name, None) is None:
                setattr(o, name, getattr(type(o), camel(name))())
            fill(getattr(o, name), value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for inner, each in zip(getattr(o, name), value, strict=True):
                fill(inner, each)
        else:
            setattr(o, name, value)


def camel(name: str) -> str:
    return name[:1].upper() + name[1:]


def said(result: Direction, state: dict[str, Any]) -> str | None:
    """What the report says of one state."""
    kinds = set()
    for shown in result.shown:
        if shown.is_always or evaluate(shown.when, state, {}):
            if not shown.is_certain:
                return None
            kinds.add(shown.effect.kind)
    if Kind.REFUSED in kinds:
        return "refused"
    if Kind.CORRUPT in kinds:
        return "corrupt"
    return "lossy" if Kind.LOSSY in kinds else "ok"


def happened(
    state: dict[str, Any],
    data: bytes,
    own: Any,
    sender: Compiled,
    receiver: Compiled,
    old: Compiled,
    is_old: bool,
    cls: Any,
) -> tuple[str, str]:
    version = sender.schema.descriptions["dev"].version_id
    target = receiver.cls("dev")
    try:
        loaded = target.decode(data, version_id=version)
    except ValueError as error:
        return "refused", str(error)
    pairing = Pairing(side(receiver), side(sender))
    back = Pairing(side(sender), side(receiver))
    fresh = target()
    lost = ""
    sent_leaves, got_leaves = leaves(state), leaves(values_of(loaded, side(receiver)))
    default_leaves = leaves(values_of(fresh, side(receiver)))
    kept = old_keeps(state, own, old, side(sender), is_old)
    arrived = set()
    for key, value in got_leaves.items():
        meant = pairing.counterpart(key) or moved(key, sent_leaves, pairing, back)
        there = sent_leaves.get(meant) if meant is not None else None
        default = default_leaves.get(key, zero(value))
        if there is not None and meant is not None:
            names = enum_of(sender, meant), enum_of(receiver, key)
            if names[0] and names[1] and value == there:
                one, other = names[0].get(there), names[1].get(value)
                if one != other and (one in names[1].values() or other in names[0].values()):
                    return "corrupt", f"{key} is {other}, was {one}"
        if there is None:
            if value != default:
                return "corrupt", f"{key} is {value}"
            continue
        if value == there:
            arrived.add(meant)
        elif isinstance(value, bool) and not isinstance(there, bool) and value == (there != 0):
            if there not in (0, 1):
                lost = f"{key}"
        elif value != default:
            return "corrupt", f"{key} is {value}, was {there}"
    for key, value in sent_leaves.items():
        if key in kept and key not in arrived and value != sender_default(key, cls, sender):
            lost = lost or f"{key} {value}"
    return ("lossy", lost) if lost else ("ok", "")


def enum_of(program: Compiled, key: Key) -> dict[int, str]:
    """The arms of the field that a place is or is in."""
    from vmsdl.schema.types import Array, EnumType

    where = side(program)
    body_ = where.description
    type_: Any = None
    for part in (p for p in key if isinstance(p, str)):
        sub = next((s for s in body_.subsections if s.name == part), None)
        if sub is not None:
            body_ = sub
            continue
        type_ = next(f for f in body_.fields if f.name == part).type
        type_ = type_.element if isinstance(type_, Array) else type_
        if hasattr(type_, "name") and type_.name in where.schema.descriptions:
            body_ = where.schema.descriptions[type_.name]
    if not isinstance(type_, EnumType):
        return {}
    return {arm.value: arm.name for arm in where.schema.enums[type_.name].arms}


def moved(key: Key, sent: dict[Key, Any], pairing: Pairing, back: Pairing) -> Key | None:
    """Nesting is not on the wire: what is called the same and stands for nothing else."""
    if len(key) < 2:
        return None
    for other in sent:
        if other[1:] == key[1:] and back.counterpart(other) is None:
            return other
    return None


def zero(value: Any) -> Any:
    return False if isinstance(value, bool) else 0


def sender_default(key: Key, cls: Any, sender: Compiled) -> Any:
    defaults = leaves(values_of(cls(), side(sender)))
    return defaults.get(key, 0)


def old_keeps(
    state: dict[str, Any], own: Any, old: Compiled, sender: Side, is_old: bool
) -> set[Key]:
    """The places whose value old carries from itself to itself."""
    cls = old.cls("dev")
    if is_old:
        back = leaves(values_of(own, sender))
        return {key for key, value in leaves(state).items() if back.get(key) == value}
    there = side(old)
    pairing = Pairing(there, sender)
    mine = leaves(state)
    as_old = values_of(cls(), there)
    places: dict[Key, Key] = {}
    for key in leaves(as_old):
        other = pairing.counterpart(key)
        if other in mine and other is not None:
            put(as_old, key, mine[other])
            places[other] = key
    try:
        back = leaves(values_of(cls.decode(make(cls, as_old).encode()), there))
    except ValueError:
        return set()  # old cannot hold such a state: it would not have carried it
    return {key for key, place in places.items() if back.get(place) == mine[key]}


def put(state: Any, key: Key, value: Any) -> None:
    *path, last = key
    for depth, part in enumerate(path):
        inner = state[part]
        if isinstance(inner, bytes):
            data = bytearray(inner)
            data[int(last)] = int(value) & 255
            state[part] = bytes(data)
            return
        assert depth < len(key)
        state = inner
    state[last] = value


def values_of(o: Any, where: Side) -> dict[str, Any]:
    """An object as the state that it was made of; what is absent at its defaults."""
    return body(o, where.description, where, ())


def body(o: Any, description: Any, where: Side, owners: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for f in description.fields:
        found[f.name] = plain(getattr(o, f.name), f.type, where)
    for sub in description.subsections:
        inner = getattr(o, sub.name)
        if inner is None:
            inner = getattr(type(o), camel(sub.name))()
        found[sub.name] = body(inner, sub, where, ())
    return found


def plain(value: Any, type_: Any, where: Side) -> Any:
    from vmsdl.schema.types import Array, Scalar, StructType

    if isinstance(type_, StructType):
        return body(value, where.schema.descriptions[type_.name], where, ())
    if isinstance(type_, Array) and isinstance(type_.element, StructType):
        return [plain(each, type_.element, where) for each in value]
    if isinstance(value, bytes | bool):
        return value
    if isinstance(type_, Array) and type_.element == Scalar("bool"):
        return [bool(each) for each in value]
    return [int(each) for each in value] if hasattr(value, "__len__") else int(value)


def leaves(state: Any, key: Key = ()) -> dict[Key, Any]:
    if isinstance(state, dict):
        return {k: v for name, each in state.items() for k, v in leaves(each, (*key, name)).items()}
    if isinstance(state, bytes | list):
        return {k: v for i, each in enumerate(state) for k, v in leaves(each, (*key, i)).items()}
    return {key: state}


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
        case Binary(operator=Operator.AND, left=left, right=right):
            return evaluate(left, state, variables) and evaluate(right, state, variables)
        case Binary(operator=Operator.OR, left=left, right=right):
            return evaluate(left, state, variables) or evaluate(right, state, variables)
        case Binary(left=left, right=right):
            one, other = (
                Literal(type=each.type, value=evaluate(each, state, variables))
                for each in (left, right)
            )
            return constant(Binary(type=e.type, operator=e.operator, left=one, right=other))
        case Conditional(condition=condition, yes=yes, no=no):
            return evaluate(yes if evaluate(condition, state, variables) else no, state, variables)
        case Call(function=Function.LEN, arguments=(over,)):
            return len(evaluate(over, state, variables))
        case Call(function=function, arguments=arguments):
            inside = [evaluate(each, state, variables) for each in arguments]
            return min(inside) if function is Function.MIN else max(inside)
        case Quantifier(quantity=quantity, variable=variable, over=over, body=inner):
            holds = [
                evaluate(inner, state, {**variables, variable: each})
                for each in evaluate(over, state, variables)
            ]
            return any(holds) if quantity is Quantity.ANY else all(holds)
    raise AssertionError(e)
