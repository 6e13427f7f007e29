"""Codecs of their own (VMStateInfo, migration/vmstate.h): what their `put` writes."""

import re
from collections.abc import Sequence

from vmsdl.csource.brackets import is_nothing, read_designators, strip_parentheses
from vmsdl.csource.execute import Execution
from vmsdl.csource.expressions import StepBudget
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.places import find_path
from vmsdl.csource.program import Program
from vmsdl.csource.qom import read_string
from vmsdl.csource.state import Address, Content, Flow, State, Typed, Write
from vmsdl.csource.truths import conditional, fold
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import (
    FALSE,
    BinaryValue,
    ChoiceValue,
    CType,
    Global,
    NotUnderstood,
    NumberValue,
    Path,
    Root,
    StepTo,
    ToInteger,
    UnaryValue,
    Value,
    ValueOperator,
)
from vmsdl.records import dataclass

# What each call writes, in bytes (migration/qemu-file.h). `s` in the middle: signed; `s` at the
# end: its argument is the address of the number. `betl` writes a word of the target.
_WIDTHS = {"byte": 1, "8": 1, "be16": 2, "be32": 4, "be64": 8, "betl": None}
_CALL = re.compile(r"qemu_put_(s?)(byte|8|be16|be32|be64|betl)(s?)")
_BUFFER = "qemu_put_buffer"


@dataclass(frozen=True, slots=True)
class CodecField:
    """One number or buffer that a `put` writes. `member` is where its value is, in terms of the
    pointer that `put` is given; None where the value is computed. `type` is its type in C."""

    name: str
    size: int
    is_signed: bool
    is_buffer: bool
    member: Path | None
    type: CType | None
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class CCodec:
    """The name that a stream's description gives it; its size, None where it is not understood.
    `fields` are all that it writes, where it writes the same ones always."""

    name: str
    size: Value | None
    fields: tuple[CodecField, ...] | None = None


def read_codec(program: Program, variable: str, unit: Unit, size: int | None) -> CCodec:
    """The codec of a VMStateInfo. `size` is what the field gives to it."""
    region = program.find_initializer("VMStateInfo", variable, unit)
    if region is None:
        return CCodec(variable, None)
    tokens = program.expand(region.tokens, region.unit)
    return read_own_codec(program, tokens, region.unit, size, variable)


def read_own_codec(
    program: Program, tokens: Sequence[str], unit: Unit, size: int | None, name: str
) -> CCodec:
    """The codec of the expanded tokens of a VMStateInfo. `name`: where it has none."""
    facts = read_designators(tokens)
    name = read_string(program, facts.get("name", ()), unit) or name
    put = strip_parentheses(facts.get("put", ()))
    if is_nothing(put):
        return CCodec(name, FALSE)
    try:
        flow = _run(program, put[-1], unit, size)
        return CCodec(name, _measure(program, flow), _list_fields(program, flow))
    except (NotUnderstood, RecursionError):
        return CCodec(name, None)


def _run(program: Program, put: str, unit: Unit, size: int | None) -> Flow:
    function = program.find_function(put, unit)
    if function is None:
        raise NotUnderstood(f"`{put}` has no body in the tree")
    given = Global("size") if size is None else NumberValue(size)
    arguments = [
        Typed(Address(Path(Global("file"), ())), CType(("QEMUFile",), 1)),
        Typed(Address(Path(Root(None), ())), CType(("void",), 1)),
        Typed(given, CType(("size_t",))),
        Typed(Address(Path(Global("field"), ())), CType(("VMStateField",), 1)),
        Typed(FALSE, CType(("void",), 1)),
    ]
    return Execution(program, StepBudget()).run(function, arguments, State())


def _measure(program: Program, flow: Flow) -> Value:
    """The size of what is written, by the way that is taken. One that never ends writes nothing."""
    result = None if flow.state is None else _sum(program, flow.state.writes)
    for way in reversed(flow.exits):
        size = _sum(program, way.state.writes)
        result = size if result is None else conditional(way.guard, size, result)
    return FALSE if result is None else result


def _sum(program: Program, writes: Sequence[Write]) -> Value:
    total: Value = FALSE
    for write in writes:
        if write.function == _BUFFER:
            length = write.arguments[2].value
            if isinstance(length, Address):
                raise NotUnderstood("a length that is an address", write.place)
            total = fold(ValueOperator.ADD, total, length)
        else:
            total = fold(ValueOperator.ADD, total, NumberValue(_find_width(program, write)))
    return total


def _find_width(program: Program, write: Write) -> int:
    found = _CALL.fullmatch(write.function)
    if found is None:
        raise NotUnderstood(f"`{write.function}`", write.place)
    return _WIDTHS[found[2]] or program.target.word_bits // 8


def _list_fields(program: Program, flow: Flow) -> tuple[CodecField, ...] | None:
    """What is written, where all ways write the same."""
    states = [*(each.state for each in flow.exits), *([flow.state] if flow.state else [])]
    if not states or any(each.writes != states[0].writes for each in states):
        return None
    fields = [_read_field(program, write, number) for number, write in enumerate(states[0].writes)]
    return None if None in fields else tuple(each for each in fields if each is not None)


def _read_field(program: Program, write: Write, number: int) -> CodecField | None:
    value = write.arguments[1]
    is_buffer = write.function == _BUFFER
    found = _CALL.fullmatch(write.function)
    if is_buffer:
        length = write.arguments[2].value
        if not isinstance(length, NumberValue):
            return None
        size = length.value
    else:
        size = _find_width(program, write)
    member = _find_member(value.value)
    return CodecField(
        name=_name_field(member, number),
        size=size,
        is_signed=found is not None and bool(found[1]),
        is_buffer=is_buffer,
        member=member,
        type=value.type,
        place=write.place,
    )


def _find_member(value: Content) -> Path | None:
    path = find_path(value)
    return path if path is not None and isinstance(path.root, Root) else None


def _name_field(member: Path | None, number: int) -> str:
    names = [] if member is None else [s.name for s in member.steps if isinstance(s, StepTo)]
    return names[-1] if names else f"value_{number}"


def find_usual(value: Value | None) -> int | None:
    """The value of a size where nothing of the state is set; None where that is not known."""
    match value:
        case NumberValue(value=number):
            return number
        case Path() | Global():
            return 0
        case ToInteger(truth=truth):
            return find_usual(truth)
        case ChoiceValue(condition=condition, then=then, otherwise=otherwise):
            is_true = find_usual(condition)
            return None if is_true is None else find_usual(then if is_true else otherwise)
        case UnaryValue(operator=ValueOperator.NOT, operand=operand):
            usual = find_usual(operand)
            return None if usual is None else int(not usual)
        case BinaryValue(operator=ValueOperator.AND | ValueOperator.OR, left=left, right=right):
            one, other = find_usual(left), find_usual(right)
            if one is None or other is None:
                return None
            both = value.operator is ValueOperator.AND
            return int(bool(one and other) if both else bool(one or other))
        case BinaryValue(operator=operator, left=left, right=right):
            one, other = find_usual(left), find_usual(right)
            if (
                one is None
                or other is None
                or operator in (ValueOperator.DIVIDE, ValueOperator.REMAINDER)
            ):
                return None
            folded = fold(operator, NumberValue(one), NumberValue(other))
            return folded.value if isinstance(folded, NumberValue) else None
    return None
