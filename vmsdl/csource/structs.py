"""Structs of C: their members, and the sizes that they have in memory on a 64-bit host (LP64)."""

from collections.abc import Iterator

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.constants import evaluate
from vmsdl.csource.declarations import without_attributes
from vmsdl.csource.lexer import is_name
from vmsdl.csource.sight import Sight
from vmsdl.csource.struct_records import Struct, StructMember
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import CType

# Sizes of types that headers outside of the tree define, and of those that are built in.
BASIC = {
    "char": 1,
    "bool": 1,
    "_Bool": 1,
    "gsize": 8,
    "gssize": 8,
    "guint64": 8,
    "gint64": 8,
    "guint32": 4,
    "uint8_t": 1,
    "int8_t": 1,
    "uint16_t": 2,
    "int16_t": 2,
    "short": 2,
    "int": 4,
    "unsigned": 4,
    "signed": 4,
    "uint32_t": 4,
    "int32_t": 4,
    "uint64_t": 8,
    "int64_t": 8,
    "int_fast8_t": 1,
    "int_fast16_t": 8,
    "uint_fast8_t": 1,
    "uint_fast16_t": 8,
    "long": 8,
    "size_t": 8,
    "ssize_t": 8,
    "off_t": 8,
    "time_t": 8,
    "intptr_t": 8,
    "uintptr_t": 8,
    "float": 4,
    "double": 8,
    "__u8": 1,
    "__u16": 2,
    "__u32": 4,
    "__u64": 8,
    "__s32": 4,
    "__s64": 8,
    "Int128": 16,
    "__int128": 16,
    "pid_t": 4,
}
_UNSIGNED = ("uint", "__u", "unsigned", "size_t", "uintptr_t", "bool", "_Bool", "gsize", "guint")
_QUALIFIERS = frozenset(
    ["const", "struct", "union", "enum", "volatile", "static", "extern", "register", "signed"]
)
_LISTS = ("QTAILQ_", "QLIST_", "QSIMPLEQ_", "QSLIST_", "QTAILQ", "QLIST")
POINTER = 8
_DEEPEST = 30


def read_struct(
    sight: Sight, unit: Unit, tokens: list[str], is_union: bool, is_packed: bool
) -> Struct:
    if any(sight.find_macro(each, unit) for each in tokens if is_name(each)):
        tokens = sight.expand(tokens, unit)
    layout = tuple(_read_members(sight, unit, tokens))
    return Struct(unit, layout, is_union, is_packed)


def _read_members(sight: Sight, unit: Unit, tokens: list[str]) -> Iterator[StructMember]:
    at = 0
    while at < len(tokens):
        stop = at
        brace = None
        while stop < len(tokens) and tokens[stop] != ";":
            if tokens[stop] == "{" and brace is None:
                brace = stop
            stop = find_close(tokens, stop) + 1 if tokens[stop] in "([{" else stop + 1
        if stop > at:
            yield from _read_member(
                sight, unit, tokens[at:stop], None if brace is None else brace - at
            )
        at = stop + 1


def _read_member(
    sight: Sight, unit: Unit, tokens: list[str], brace: int | None
) -> Iterator[StructMember]:
    inner: Struct | None = None
    is_enum = False
    tokens = without_attributes(tokens)
    if brace is not None:
        close = find_close(tokens, brace)
        is_enum = "enum" in tokens[:brace]
        rest = [each for each in tokens[close + 1 :] if each != "QEMU_PACKED"]
        if not is_enum:
            is_packed = len(rest) != len(tokens[close + 1 :])
            body = tokens[brace + 1 : close]
            layout = tuple(_read_members(sight, unit, body))
            inner = Struct(unit, layout, "union" in tokens[:brace], is_packed)
        words: tuple[str, ...] = ("int",) if is_enum else ()
        if not rest:
            if inner is not None:
                yield StructMember("", CType(()), inner)
            return
    else:
        count = 0
        while count < len(tokens) - 1 and is_name(tokens[count]):
            if tokens[count + 1] in ("[", ":", ",", "("):
                break
            count += 1
        if count == 0:
            count = 1
        words = tuple(each for each in tokens[:count] if each not in _QUALIFIERS)
        if not words:
            words = ("int",)
        rest = tokens[count:]
    for declarator in split(rest):
        member = _read_declarator(sight, unit, declarator, words, inner, is_enum)
        if member is not None:
            yield member


def _read_declarator(
    sight: Sight,
    unit: Unit,
    tokens: list[str],
    words: tuple[str, ...],
    inner: Struct | None,
    is_enum: bool,
) -> StructMember | None:
    names = [each for each in tokens if is_name(each) and each not in _QUALIFIERS]
    if not names:
        if ":" in tokens:
            bits = evaluate(sight, tokens[tokens.index(":") + 1 :], unit)
            return StructMember("", CType(words, bits=bits))
        return None
    if tokens[0] == "(":  # a pointer to a function
        return StructMember(names[0], CType(("void",), pointers=1))
    before = tokens[: tokens.index(names[0])]
    lengths: list[int | None] = []
    at = tokens.index(names[0])
    bits = None
    while at < len(tokens):
        if tokens[at] == "[":
            close = find_close(tokens, at)
            length = tokens[at + 1 : close]
            lengths.append(evaluate(sight, length, unit) if length else 0)
            at = close
        elif tokens[at] == ":":
            bits = evaluate(sight, tokens[at + 1 :], unit)
            break
        at += 1
    type_ = CType(words, before.count("*"), tuple(lengths), bits)
    return StructMember(names[0], type_, inner, is_enum)


# Sizes -------------------------------------------------------------------------------------------


def measure(
    sight: Sight, type_: CType, inner: Struct | None, unit: Unit, depth: int = 0
) -> tuple[int, int] | None:
    """The size in bytes and the alignment of a type; None where a part of it is not known."""
    element = _measure_element(sight, type_, inner, unit, depth)
    if element is None:
        return None
    size, alignment = element
    for length in type_.lengths:
        if length is None:
            return None
        size *= length
    return size, alignment


def _measure_element(
    sight: Sight, type_: CType, inner: Struct | None, unit: Unit, depth: int
) -> tuple[int, int] | None:
    if type_.pointers:
        return POINTER, POINTER
    if depth > _DEEPEST:
        return None
    if inner is None:
        resolved = sight.resolve(type_.words, unit)
        if isinstance(resolved, int):
            return resolved, min(resolved, 16)
        if isinstance(resolved, CType):  # a typedef of a pointer or an array
            return measure(sight, resolved, None, unit, depth + 1)
        if resolved is None:
            return None
        inner = resolved
    return measure_struct(sight, inner, depth)


def measure_struct(sight: Sight, struct: Struct, depth: int = 0) -> tuple[int, int] | None:
    size, most = 0, 1
    for member, offset in _place_members(sight, struct, depth):
        if offset is None:
            return None
        measured = measure(sight, member.type, member.inner, struct.unit, depth + 1)
        if measured is None:
            return None
        most = max(most, 1 if struct.is_packed else measured[1])
        size = max(size, offset + measured[0])
    return -(-size // most) * most, most


def _place_members(
    sight: Sight, struct: Struct, depth: int
) -> Iterator[tuple[StructMember, int | None]]:
    """Each member with its offset in bytes; None, and no more, where one is not known."""
    end = 0
    bit = 0  # the next free bit of the struct, where bit fields follow each other
    for member in struct.layout:
        measured = measure(sight, member.type, member.inner, struct.unit, depth + 1)
        if measured is None:
            yield member, None
            return
        size, alignment = measured
        if member.type.bits is not None:
            unit_bits = size * 8
            if member.type.bits == 0:
                bit = -(-bit // unit_bits) * unit_bits
                continue
            if bit < end * 8 and bit == 0:
                bit = end * 8
            bit = max(bit, 0)
            if bit // unit_bits != (bit + member.type.bits - 1) // unit_bits:
                bit = -(-bit // unit_bits) * unit_bits
            offset = bit // unit_bits * size
            bit += member.type.bits
            if struct.is_union:
                bit = 0
            end = max(end, -(-bit // 8))
            yield member, 0 if struct.is_union else offset
            continue
        alignment = 1 if struct.is_packed else alignment
        offset = 0 if struct.is_union else -(-end // alignment) * alignment
        end = max(end, offset + size)
        bit = end * 8
        yield member, offset


def find_offset(sight: Sight, struct: Struct, name: str) -> int | None:
    for member, offset in _place_members(sight, struct, 0):
        if offset is None:
            return None
        if member.name == name:
            return offset
        if not member.name and member.inner is not None and name in member.inner.members:
            inner = find_offset(sight, member.inner, name)
            return None if inner is None else offset + inner
    return None


def is_unsigned(words: tuple[str, ...]) -> bool:
    return any(word.startswith(_UNSIGNED) for word in words)
