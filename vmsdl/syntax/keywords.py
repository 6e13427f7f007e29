"""The words of the language by their use, and the word nearest to a misspelled one."""

from collections.abc import Iterable

SCALARS = ("bool", "f64", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "timer")
BUILTIN_TYPES = frozenset((*SCALARS, "bytes", "blob", "bitmap", "opaque", "list", "map"))
RESERVED = frozenset(("if", "then", "else", "and", "or", "not", "true", "false"))
ITEMS = ("import", "const", "enum", "flags", "struct", "device", "machine")

# The names of our types in C, Rust, Kaitai, protobuf and QEMU.
FOREIGN_TYPES = {
    "uint8_t": "u8",
    "uint16_t": "u16",
    "uint32_t": "u32",
    "uint64_t": "u64",
    "int8_t": "i8",
    "int16_t": "i16",
    "int32_t": "i32",
    "int64_t": "i64",
    "uint8": "u8",
    "uint16": "u16",
    "uint32": "u32",
    "uint64": "u64",
    "int8": "i8",
    "int16": "i16",
    "int32": "i32",
    "int64": "i64",
    "u1": "u8",
    "u2": "u16",
    "u4": "u32",
    "s1": "i8",
    "s2": "i16",
    "s4": "i32",
    "s8": "i8",
    "s16": "i16",
    "s32": "i32",
    "s64": "i64",
    "char": "u8",
    "int": "i32",
    "unsigned": "u32",
    "short": "i16",
    "long": "i64",
    "uint": "u32",
    "double": "f64",
    "float64": "f64",
    "_Bool": "bool",
    "boolean": "bool",
    "string": "blob",
    "QEMUTimer": "timer",
}


def find_nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that the author of `word` most likely intended."""
    if len(word) > 24:
        return None
    ranked = sorted((_edit_distance(word.lower(), other), other) for other in known)
    if not ranked:
        return None
    distance, other = ranked[0]
    return other if distance <= (1 if len(other) < 6 else 2) and distance < len(other) - 1 else None


def _edit_distance(a: str, b: str) -> int:
    """The number of letters to add, drop, change, or swap with a neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, previous[j - 2] + 1)
            row.append(best)
    return row[-1]
