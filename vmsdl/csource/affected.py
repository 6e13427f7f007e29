"""Which files of a tree a change can affect: so little is read of two trees that are almost equal.

What is affected sees a changed file by `#include`, or mentions a name that a changed file defines,
or one whose own definition mentions such a name: a predicate may call a helper of another file,
which calls one of a third. It is a search through text, so it finds rather too many than too few.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from vmsdl.csource.program import Program
from vmsdl.csource.source_tree import BUILD_FILES, SourceTree

# More changed files than this are two releases: then all is read.
MOST_CHANGED = 100
_MOST_AFFECTED = 400

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)', re.MULTILINE)
# Top level definitions: QEMU's style has their end in the first column.
_END = re.compile(r"^}.*\n", re.MULTILINE)
_DEFINED = re.compile(
    r"^(?![#\s*/}])[^\n=;(]*?\b([A-Za-z_]\w*)[ \t]*(?:\(|=|\[|\{|;)", re.MULTILINE
)
_STATIC = re.compile(r"^(?:static|typedef)\b[^\n]*", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_PROPERTY = re.compile(r"DEFINE_PROP\w*\s*\([^;]*?,\s*(\w+)\s*,")
# They set properties and machine types for every file.
_TABLES = re.compile(r"\bGlobalProperty\b|\bMachineClass\b")


def find_changed(old: SourceTree, new: SourceTree) -> frozenset[str]:
    """The files that only one of two trees has, or that differ in it."""
    before, after = frozenset(old.files), frozenset(new.files)
    return (before ^ after) | {path for path in before & after if not old.is_same(new, path)}


def find_affected(
    old: SourceTree, new: SourceTree, changed: frozenset[str]
) -> frozenset[str] | None:
    """The C files whose devices a change can affect; None: it can affect all."""
    if len(changed) > MOST_CHANGED or any(map(_is_of_build, changed)):
        return None
    texts = {path: new.read(path) for path in new.paths}
    gone = {path: old.read(path) for path in changed if path in old}
    for path in changed:
        if any(_TABLES.search(text) for text in (gone.get(path, ""), texts.get(path, ""))):
            return None
    affected = changed | _find_includers(texts, changed)
    names: set[str] = set()
    for path in changed:
        before, after = gone.get(path, ""), texts.get(path, "")
        names |= _find_changed_names(before, after) | _find_changed_names(after, before)
    affected |= _find_mentions(texts, names)
    if len(affected) > _MOST_AFFECTED:
        return None
    return frozenset(path for path in affected if path.endswith(".c"))


def find_unshared(program: Program, changed: frozenset[str]) -> frozenset[str]:
    """The files that a program has read and that mean something else where others changed."""
    moved = frozenset(posixpath.basename(path) for path in changed if path.endswith(".h"))
    return changed | {
        path
        for path in program.read_paths
        if path not in changed
        and (
            not changed.isdisjoint(program.closure(program.unit(path)))
            or (moved and _mentions(program.tree.read(path), moved))
        )
    }


def _mentions(text: str, headers: frozenset[str]) -> bool:
    return any(posixpath.basename(name) in headers for name in _INCLUDE.findall(text))


def _is_of_build(path: str) -> bool:
    return not path.endswith((".c", ".h", ".inc")) or path.rpartition("/")[2] in BUILD_FILES


def _find_includers(texts: Mapping[str, str], changed: Iterable[str]) -> set[str]:
    """All that include one of these files, or include an includer; by the ends of their names."""
    includers: dict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for name in _INCLUDE.findall(text):
            includers[posixpath.basename(name)].append(path)
    found: set[str] = set()
    waiting = list(changed)
    while waiting:
        for path in includers.get(posixpath.basename(waiting.pop()), ()):
            if path not in found:
                found.add(path)
                waiting.append(path)
    return found


def _find_changed_names(one: str, other: str) -> set[str]:
    """What one text defines in other words than the other, for other files to see."""
    known = set(_split(other))
    names: set[str] = set()
    for part in _split(one):
        if part in known:
            continue
        names.update(_PROPERTY.findall(part))
        names |= _find_defined(part)
    return names


def _find_defined(part: str) -> set[str]:
    return set(_DEFINED.findall(_STATIC.sub("", part)))


def _split(text: str) -> Iterator[str]:
    """A file by its top level definitions, each with what stands above it."""
    start = 0
    for end in _END.finditer(text):
        yield text[start : end.end()]
        start = end.end()
    yield text[start:]


def _find_mentions(texts: Mapping[str, str], names: set[str]) -> set[str]:
    """The files that mention the names, or a name whose definition does."""
    affected: set[str] = set()
    seen: set[str] = set()
    while names - seen and len(affected) <= _MOST_AFFECTED:
        fresh = names - seen
        seen |= fresh
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(fresh)))})\b")
        names = set()
        for path, text in texts.items():
            if pattern.search(text) is None:
                continue
            affected.add(path)
            for part in _split(text):
                if pattern.search(part):
                    names |= _find_defined(part)
    return affected
