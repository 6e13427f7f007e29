"""Which devices a target has by default: the symbols of QEMU's Kconfig files that are on.

The language is in `docs/devel/kconfig.rst` of QEMU: `select` forces, `default y` and `imply` switch
on what its dependencies allow, and `configs/devices/*.mak` switches off.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import field

from vmsdl.csource.lexer import is_name, read_tokens
from vmsdl.csource.source_tree import SourceTree
from vmsdl.csource.targets import EmulatorTarget
from vmsdl.records import dataclass

_ASSIGNMENT = re.compile(r"^(?:CONFIG_(\w+)\s*=\s*([yn])|include\s+(\S+))", re.MULTILINE)

# What the host decides; not listed is a build with all libraries of a Linux distribution.
_ABSENT = frozenset({"FUZZ", "HAVE_RUST", "HVF", "MAC_PVG", "NVMM", "SANITIZE", "WHPX"})
_XEN_FOLDERS = ("arm", "i386")
_HOST_FILES = ("Kconfig.host", "accel/Kconfig")


@dataclass(slots=True)
class Symbol:
    """Each condition is the tokens behind `if`; none is always true."""

    depends: list[tuple[str, ...]] = field(default_factory=list)
    defaults: list[tuple[str, ...]] = field(default_factory=list)
    selects: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    implies: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


def find_enabled(
    tree: SourceTree, target: EmulatorTarget, defines: Mapping[str, str]
) -> Mapping[str, bool]:
    """Each symbol (`CONFIG_X`) that the tree's Kconfig files know, and whether it is on."""
    symbols: dict[str, Symbol] = {}
    hosted: dict[str, Symbol] = {}
    for path in tree.build_files:
        if posixpath.basename(path).startswith("Kconfig"):
            _read_symbols(tree.read(path), hosted if path in _HOST_FILES else symbols)
    settings = _read_settings(tree, f"configs/devices/{target.name}-softmmu/default.mak", 0)
    settings |= {name: _has_host(name, target) for name in hosted}
    for name, value in {**target.defines, **defines}.items():
        plain = name.removeprefix("CONFIG_").removeprefix("TARGET_")
        if plain in symbols or plain in hosted:
            settings[plain] = value not in ("0", "n")
    settings["TARGET_BIG_ENDIAN"] = target.is_big_endian
    symbols |= {name: symbol for name, symbol in hosted.items() if name not in symbols}
    enabled = _solve(symbols, settings)
    return {f"CONFIG_{name}": name in enabled for name in symbols}


def _has_host(name: str, target: EmulatorTarget) -> bool:
    if name == "XEN":
        return target.folder in _XEN_FOLDERS
    if name in ("KVM", "TCG"):
        return f"CONFIG_{name}" in target.defines
    return name not in _ABSENT


def _read_settings(tree: SourceTree, path: str, depth: int) -> dict[str, bool]:
    settings: dict[str, bool] = {}
    if path in tree and depth < 10:
        for name, value, included in _ASSIGNMENT.findall(tree.read(path)):
            if included:
                inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), included))
                settings |= _read_settings(tree, inner, depth + 1)
            else:
                settings[name] = value == "y"
    return settings


def _read_symbols(text: str, symbols: dict[str, Symbol]) -> None:
    symbol = Symbol()
    for line in text.split("\n"):
        tokens = read_tokens(line.partition("#")[0])
        if len(tokens) < 2:
            continue
        word, rest = tokens[0], tuple(tokens[1:])
        at = rest.index("if") if "if" in rest else len(rest)
        condition = rest[at + 1 :]
        if word == "config":
            symbol = symbols.setdefault(rest[0], Symbol())
        elif word == "depends":
            symbol.depends.append(rest[1:])
        elif word == "default" and rest[0] == "y":
            symbol.defaults.append(condition)
        elif word == "default" and rest[0] != "n":
            symbol.defaults.append(rest[:at])
        elif word == "select":
            symbol.selects.append((rest[0], condition))
        elif word == "imply":
            symbol.implies.append((rest[0], condition))


def _solve(symbols: Mapping[str, Symbol], settings: Mapping[str, bool]) -> set[str]:
    """The least set that holds what is set, selected, and allowed to be on by default."""
    enabled = {name for name, is_on in settings.items() if is_on}
    refused = settings.keys() - enabled
    for _ in range(len(symbols) + 1):
        before = len(enabled)
        for name in sorted(enabled & symbols.keys()):
            symbol = symbols[name]
            for other, condition in symbol.selects:
                if _holds(condition, enabled):
                    enabled.add(other)
            for other, condition in symbol.implies:
                if _holds(condition, enabled) and _may_be_on(other, symbols, enabled, refused):
                    enabled.add(other)
        for name, symbol in symbols.items():
            is_default = any(_holds(each, enabled) for each in symbol.defaults)
            if is_default and _may_be_on(name, symbols, enabled, refused):
                enabled.add(name)
        if len(enabled) == before:
            break
    return enabled


def _may_be_on(
    name: str, symbols: Mapping[str, Symbol], enabled: set[str], refused: set[str]
) -> bool:
    symbol = symbols.get(name)
    if symbol is None or name in refused:
        return False
    return all(_holds(each, enabled) for each in symbol.depends)


def _holds(condition: Sequence[str], enabled: set[str]) -> bool:
    """Of `A && (B || !C)`; with no tokens it holds."""
    left, at = _read_any(condition, 0, enabled)
    return left and at >= len(condition) if condition else True


def _read_any(tokens: Sequence[str], at: int, enabled: set[str]) -> tuple[bool, int]:
    value, at = _read_all(tokens, at, enabled)
    while at < len(tokens) and tokens[at] == "||":
        other, at = _read_all(tokens, at + 1, enabled)
        value = value or other
    return value, at


def _read_all(tokens: Sequence[str], at: int, enabled: set[str]) -> tuple[bool, int]:
    value, at = _read_one(tokens, at, enabled)
    while at < len(tokens) and tokens[at] == "&&":
        other, at = _read_one(tokens, at + 1, enabled)
        value = value and other
    return value, at


def _read_one(tokens: Sequence[str], at: int, enabled: set[str]) -> tuple[bool, int]:
    is_negated = False
    while at < len(tokens) and tokens[at] == "!":
        is_negated = not is_negated
        at += 1
    if at >= len(tokens):
        return False, at
    if tokens[at] == "(" and len(tokens) < 200:
        value, at = _read_any(tokens, at + 1, enabled)
        return value != is_negated, at + 1
    value = tokens[at] in enabled or tokens[at] == "y"
    return is_name(tokens[at]) and value != is_negated, at + 1
