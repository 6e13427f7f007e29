"""Which C files an emulator is built of: the source sets of QEMU's `meson.build` files.

`docs/devel/build-system.rst` of QEMU says how they are used: `X_ss.add(when: 'CONFIG_A', if_true:
files('a.c'), if_false: files('a-stub.c'))`, and one set within another by `add_all`.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.lexer import read_tokens
from vmsdl.csource.source_tree import SourceTree
from vmsdl.csource.targets import EmulatorTarget
from vmsdl.records import dataclass

_COMMENT = re.compile(r"^([^'#\n]*(?:'[^'\n]*'[^'#\n]*)*)#.*$", re.MULTILINE)
_TABLES_OF_FOLDERS = ("hw_arch", "target_arch", "target_system_arch", "target_softmmu_arch")
_STUBS = "stub_ss"
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class SourceRule:
    """In `source_set` where all of `symbols` are on; where they are not, if `is_otherwise`."""

    source_set: str
    symbols: tuple[str, ...]
    is_otherwise: bool


@dataclass(frozen=True, slots=True)
class SourceSets:
    files: dict[str, list[SourceRule]] = field(default_factory=dict)
    inner: dict[str, list[SourceRule]] = field(default_factory=dict)  # sets within sets
    folders: dict[str, str] = field(default_factory=dict)  # the folder of a CPU that a set is for

    def is_built(self, path: str, target: EmulatorTarget, enabled: Mapping[str, bool]) -> bool:
        """Does the target's emulator have the file? A file that no rule names may be there."""
        rules = self.files.get(path)
        if rules is None:
            return not path.startswith("stubs/")
        return any(self._applies(rule, target, enabled, 0) for rule in rules)

    def _applies(
        self, rule: SourceRule, target: EmulatorTarget, enabled: Mapping[str, bool], depth: int
    ) -> bool:
        if rule.source_set == _STUBS or depth > _DEEPEST:
            return False  # a stub is linked where nothing else has the name
        if all(_is_on(each, enabled) for each in rule.symbols) == rule.is_otherwise:
            return False
        folder = self.folders.get(rule.source_set)
        if folder is not None and folder not in (target.folder, target.name):
            return False
        outer = self.inner.get(rule.source_set)
        return outer is None or any(
            self._applies(each, target, enabled, depth + 1) for each in outer
        )


def read_source_sets(tree: SourceTree) -> SourceSets:
    found = SourceSets()
    for path in tree.build_files:
        if posixpath.basename(path) == "meson.build":
            tokens = read_tokens(_COMMENT.sub(r"\1", tree.read(path)))
            _read_file(posixpath.dirname(path), tokens, found)
    return found


def _is_on(symbol: str, enabled: Mapping[str, bool]) -> bool:
    """`CONFIG_ALL` is for what no target is built with; a symbol that nobody knows is on."""
    return symbol != "CONFIG_ALL" and enabled.get(symbol, True)


def _read_file(folder: str, tokens: list[str], found: SourceSets) -> None:
    for at in range(1, len(tokens) - 3):
        token = tokens[at]
        if token == "." and tokens[at + 1] in ("add", "add_all") and tokens[at + 2] == "(":
            arguments = tokens[at + 3 : find_close(tokens, at + 2)]
            for rule, named in _read_rules(tokens[at - 1], arguments):
                if tokens[at + 1] == "add":
                    path = posixpath.normpath(posixpath.join(folder, named.strip("'")))
                    found.files.setdefault(path, []).append(rule)
                else:
                    found.inner.setdefault(named, []).append(rule)
        elif token in _TABLES_OF_FOLDERS and tokens[at + 1 : at + 3] == ["+=", "{"]:
            for entry in split(tokens[at + 3 : find_close(tokens, at + 2)]):
                if len(entry) == 3:
                    found.folders[entry[2]] = entry[0].strip("'")


def _read_rules(source_set: str, arguments: Sequence[str]) -> Iterator[tuple[SourceRule, str]]:
    """Each rule with the file (in quotes) or the set that it is about."""
    parts = split(arguments)
    when = next((part[2:] for part in parts if part[:2] == ["when", ":"]), [])
    symbols = tuple(each.strip("'") for each in when if each.startswith("'CONFIG_"))
    for part in parts:
        word = part[0] if part[1:2] == [":"] else ""
        if word != "when":
            rule = SourceRule(source_set, symbols, word == "if_false")
            for token in part[2:] if word else part:
                if token.endswith((".c'", "_ss")):
                    yield rule, token
