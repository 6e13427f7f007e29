"""The words of the language by their use, and the word nearest to a misspelled one."""

from collections.abc import Iterable

from vmsdl.schema.scalars import SCALARS

BUILTIN_TYPES = frozenset((*SCALARS, "bytes", "blob", "bitmap", "opaque", "list", "map"))
RESERVED = frozenset(("if", "then", "else", "and", "or", "not", "true", "false"))
ITEMS = ("import", "const", "enum", "flags", "struct", "device", "machine")

# The names of our types in C, Rust, Kaitai, protobuf and QEMU.
FOREIGN_TYPES = {
    **{foreign: row.name for row in SCALARS.values() for foreign in row.foreign_names},
    **dict.fromkeys(("string", "str", "String"), "blob"),
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
