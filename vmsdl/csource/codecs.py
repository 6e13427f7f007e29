"""Codecs of their own (VMStateInfo): how many bytes their `put` writes (migration/vmstate.h)."""

from collections.abc import Sequence

from vmsdl.csource.brackets import is_nothing, read_designators, strip_parentheses
from vmsdl.csource.execute import Budget, Execution
from vmsdl.csource.program import Program
from vmsdl.csource.qom import read_string
from vmsdl.csource.state import Address, Exit, Typed, Write
from vmsdl.csource.truths import conditional, fold
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import (
    FALSE,
    Binary,
    Conditional,
    CType,
    Global,
    NotUnderstood,
    Number,
    Operator,
    Path,
    Root,
    ToInteger,
    Unary,
    Value,
)
from vmsdl.records import dataclass

# What each call writes, in bytes (migration/qemu-file.h).
_SIZES = {
    "qemu_put_byte": 1,
    "qemu_put_8s": 1,
    "qemu_put_s8s": 1,
    "qemu_put_be16": 2,
    "qemu_put_be16s": 2,
    "qemu_put_sbe16": 2,
    "qemu_put_sbe16s": 2,
    "qemu_put_be32": 4,
    "qemu_put_be32s": 4,
    "qemu_put_sbe32": 4,
    "qemu_put_sbe32s": 4,
    "qemu_put_be64": 8,
    "qemu_put_be64s": 8,
    "qemu_put_sbe64": 8,
    "qemu_put_sbe64s": 8,
}
_WORDS = ("qemu_put_betl", "qemu_put_betls", "qemu_put_sbetl", "qemu_put_sbetls")
_BUFFER = "qemu_put_buffer"


@dataclass(frozen=True, slots=True)
class Codec:
    """The name that a stream's description gives it; its size, None where it is not understood."""

    name: str
    size: Value | None


def read_codec(program: Program, variable: str, unit: Unit, size: int | None) -> Codec:
    """The codec of a VMStateInfo. `size` is what the field gives to it."""
    region = program.find_initializer("VMStateInfo", variable, unit)
    if region is None:
        return Codec(variable, None)
    tokens = program.expand(region.tokens, region.unit)
    return read_own_codec(program, tokens, region.unit, size, variable)


def read_own_codec(
    program: Program, tokens: Sequence[str], unit: Unit, size: int | None, name: str
) -> Codec:
    """The codec of the expanded tokens of a VMStateInfo. `name`: where it has none."""
    facts = read_designators(tokens)
    name = read_string(program, facts.get("name", ()), unit) or name
    put = strip_parentheses(facts.get("put", ()))
    if is_nothing(put):
        return Codec(name, FALSE)
    try:
        return Codec(name, _measure(program, put[-1], unit, size))
    except (NotUnderstood, RecursionError):
        return Codec(name, None)


def _measure(program: Program, put: str, unit: Unit, size: int | None) -> Value:
    function = program.find_function(put, unit)
    if function is None:
        raise NotUnderstood(f"`{put}` has no body in the tree")
    execution = Execution(program, function.body.unit, Budget())
    given = (
        Typed(Global("size"), CType(("size_t",)))
        if size is None
        else Typed(Number(size), CType(("size_t",)))
    )
    arguments = [
        Typed(Address(Path(Global("file"), ())), CType(("QEMUFile",), 1)),
        Typed(Address(Path(Root(None), ())), CType(("void",), 1)),
        given,
        Typed(Address(Path(Global("field"), ())), CType(("VMStateField",), 1)),
        Typed(FALSE, CType(("void",), 1)),
    ]
    flow = execution.run(function, arguments)
    result = None if flow.state is None else _sum(program, flow.state.writes)
    for way in reversed(flow.exits):
        result = _add_way(program, way, result)
    if result is None:
        raise NotUnderstood("it has no way to its end")
    return result


def _add_way(program: Program, way: Exit, after: Value | None) -> Value:
    size = _sum(program, way.state.writes)
    return size if after is None else conditional(way.guard, size, after)


def _sum(program: Program, writes: Sequence[Write]) -> Value:
    total: Value = FALSE
    for write in writes:
        if write.function == _BUFFER:
            length = write.arguments[2].value
            if isinstance(length, Address):
                raise NotUnderstood("a length that is an address", write.place)
            total = fold(Operator.ADD, total, length)
        elif write.function in _WORDS:
            total = fold(Operator.ADD, total, Number(program.target.word_bits // 8))
        elif write.function in _SIZES:
            total = fold(Operator.ADD, total, Number(_SIZES[write.function]))
        else:
            raise NotUnderstood(f"`{write.function}`", write.place)
    return total


def find_usual(value: Value | None) -> int | None:
    """The value of a size where nothing of the state is set; None where that is not known."""
    match value:
        case Number(value=number):
            return number
        case Path() | Global():
            return 0
        case ToInteger(truth=truth):
            return find_usual(truth)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            is_true = find_usual(condition)
            return None if is_true is None else find_usual(then if is_true else otherwise)
        case Unary(operator=Operator.NOT, operand=operand):
            inner = find_usual(operand)
            return None if inner is None else int(not inner)
        case Binary(operator=Operator.AND | Operator.OR, left=left, right=right):
            one, other = find_usual(left), find_usual(right)
            if one is None or other is None:
                return None
            both = value.operator is Operator.AND
            return int(bool(one and other) if both else bool(one or other))
        case Binary(operator=operator, left=left, right=right):
            one, other = find_usual(left), find_usual(right)
            if one is None or other is None or operator in (Operator.DIVIDE, Operator.REMAINDER):
                return None
            folded = fold(operator, Number(one), Number(other))
            return folded.value if isinstance(folded, Number) else None
    return None
