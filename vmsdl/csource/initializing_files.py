"""Which C files initialize variables of which types: by the type's name, or by a macro that has it.

Only a file that may have such a variable is read as C: this is a search through the text of all.
"""

import re
from collections.abc import Iterator, Mapping

from vmsdl.csource.declarations import INITIALIZED
from vmsdl.csource.source_tree import SourceTree

_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)\((?:.*\\\n)*.*", re.MULTILINE)
_TYPE = re.compile(rf"\b(?:{'|'.join(sorted(INITIALIZED))})\b")
_CALL = re.compile(r"^[ \t]*([A-Z_][A-Z0-9_]*)[ \t]*\(", re.MULTILINE)
_WORD = re.compile(r"\b[A-Z_]\w+(?=[ \t]*\()")


def find_initializing_files(
    tree: SourceTree, paths: tuple[str, ...]
) -> Mapping[str, frozenset[str]]:
    """Of each C file, in order, the types of `INITIALIZED` that it may initialize variables of."""
    bodies: dict[str, set[str]] = {}  # of a macro, all that it may be made of
    types: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for path in paths:
        text = tree.read(path)
        for found in _MACRO.finditer(text):
            words = bodies.setdefault(found[1], set())
            words.update(_TYPE.findall(found[0]), _WORD.findall(found[0]))
        if not path.endswith(".h"):
            types[path] = set(_TYPE.findall(text))
            calls[path] = set(_CALL.findall(text))
    makers = {name: set(words & INITIALIZED) for name, words in bodies.items()}
    for name, inner in _follow_calls(bodies, makers):
        makers[name] |= inner
    made = {name: words for name, words in makers.items() if words}
    for path, found_types in types.items():
        for name in calls[path] & made.keys():
            found_types |= made[name]
    return {path: frozenset(found_types) for path, found_types in types.items() if found_types}


def _follow_calls(
    bodies: Mapping[str, set[str]], makers: Mapping[str, set[str]]
) -> Iterator[tuple[str, set[str]]]:
    """What macros make by calling macros, until nothing is new."""
    is_new = True
    while is_new:
        is_new = False
        for name, words in bodies.items():
            for called in words & makers.keys():
                if not makers[called] <= makers[name]:
                    is_new = True
                    yield name, makers[called]
