"""A tree under one target: its files, and what a file sees of the others.

Everything is lazy: a file is read when something in it is asked for.
"""

import posixpath
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.conditionals import Conditions
from vmsdl.csource.constants import evaluate
from vmsdl.csource.declarations import (
    Declarations,
    EnumConstant,
    FunctionPlace,
    StructPlace,
    read_declarations,
)
from vmsdl.csource.initializing_files import find_initializing_files
from vmsdl.csource.integers import name_integer
from vmsdl.csource.kconfig import find_enabled
from vmsdl.csource.lexer import is_name, read_tokens
from vmsdl.csource.macros import expand
from vmsdl.csource.qapi import QapiEnums, read_qapi_enums
from vmsdl.csource.source_sets import SourceSets, read_source_sets
from vmsdl.csource.source_tree import SourceTree
from vmsdl.csource.struct_records import Struct
from vmsdl.csource.structs import (
    BASIC,
    find_offset,
    is_unsigned,
    measure,
    measure_struct,
    read_struct,
)
from vmsdl.csource.system_headers import SYSTEM, TEXT
from vmsdl.csource.targets import EmulatorTarget
from vmsdl.csource.unit import Macro, Region, Unit, read_unit
from vmsdl.csource.values import CType
from vmsdl.records import dataclass

_NAMES_OF_CALLS = re.compile(r"^(?:[A-Za-z_][\w \t*]*?\b)?([A-Za-z_]\w*)[ \t]*\(", re.MULTILINE)
_EXTERN = re.compile(r"\bVMStateDescription\s+(\w+)\s*(?:\[\w*\])?;")
_MAKERS = frozenset(
    ["enum", "VMStateDescription", "TypeInfo", "GlobalProperty", "struct", "inline"]
)
_TYPE_WORDS = frozenset(
    [
        "unsigned",
        "signed",
        "struct",
        "union",
        "enum",
        "const",
        "int",
        "long",
        "short",
        "char",
        "void",
        "bool",
    ]
)
_QUALIFIERS = frozenset(["const", "struct", "union", "enum", "volatile", "static", "signed"])
_NO_TYPES = ("inline", "extern", "coroutine_fn", "coroutine_mixed_fn", "G_GNUC_UNUSED")
_LONGEST_TYPEDEF = 12


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: CType


@dataclass(frozen=True, slots=True)
class CFunction:
    name: str
    type: CType  # of what it returns
    parameters: tuple[Parameter, ...]
    body: Region


class Program:
    """`paths` are the files of the tree that belong to the target, sorted."""

    def __init__(
        self, tree: SourceTree, target: EmulatorTarget, defines: Mapping[str, str] | None = None
    ) -> None:
        self.tree = tree
        self.target = target
        self.defines = {**target.defines, **(defines or {})}
        other = re.compile(rf"target/(?!{re.escape(target.folder)}/)\w+/")
        self.paths = tuple(path for path in tree.paths if not other.match(path))
        self._known = frozenset(self.paths)
        self._predefined = {
            name: Macro(name, None, tuple(read_tokens(value)), "", 0)
            for name, value in self.defines.items()
        }
        self._units: dict[str, Unit] = {}
        self._closures: dict[str, dict[str, int]] = {}
        self._declarations: dict[str, Declarations] = {}
        self._indexed: set[str] = set()
        self._macro_paths: dict[str, list[str]] = {}
        self._struct_paths: dict[str, list[str]] = {}
        self._typedef_paths: dict[str, list[str]] = {}
        self._constant_paths: dict[str, list[str]] = {}
        self._function_paths: dict[str, list[str]] = {}
        self._structs: dict[tuple[str, str], Struct] = {}
        self._texts: dict[str, str] = {}
        self._initializer_tables: dict[str, dict[str, list[tuple[str, Region]]]] = {}
        self._conditions = Conditions(self.defines, self._find_macro_before)
        self._twin: Program | None = None
        self._twin_paths: frozenset[str] = frozenset()

    @property
    def read_paths(self) -> tuple[str, ...]:
        """The files of the tree that were read up to now."""
        return tuple(path for path in self._units if path in self._known)

    def share(self, twin: "Program", unshared: Container[str]) -> None:
        """Take what `twin`, the same target in another tree, has read: all but these files."""
        self._twin = twin
        self._twin_paths = frozenset(
            path for path in twin.read_paths if path not in unshared and path in self._known
        )

    # Files -------------------------------------------------------------------------------------

    def read(self, path: str) -> str:
        text = self._texts.get(path)
        if text is None:
            text = TEXT if path == SYSTEM else self.tree.read(path)
            self._texts[path] = text
        return text

    def unit(self, path: str) -> Unit:
        unit = self._units.get(path)
        if unit is None:
            self._units[path] = Unit(path)  # one that includes itself sees nothing of itself
            if self._twin is not None and path in self._twin_paths:
                unit = self._twin.unit(path)
            else:
                unit = read_unit(path, self.read(path), self._conditions.decide, self._resolve)
            self._units[path] = unit
            self._texts.pop(path, None)
            for name in unit.macros:
                self._macro_paths.setdefault(name, []).append(path)
        return unit

    def is_built(self, path: str) -> bool:
        """Does the target's emulator have this C file, as QEMU is built by default?"""
        return self._source_sets.is_built(path, self.target, self.configuration)

    @cached_property
    def configuration(self) -> Mapping[str, bool]:
        return find_enabled(self.tree, self.target, self.defines)

    @cached_property
    def _source_sets(self) -> SourceSets:
        return read_source_sets(self.tree)

    def _resolve(self, name: str, path: str) -> str | None:
        folder = posixpath.dirname(path)
        if name.startswith("asm/"):
            name = f"asm-x86/{name[4:]}"
        for base in (folder, "include", "", "linux-headers", f"target/{self.target.folder}"):
            candidate = posixpath.normpath(posixpath.join(base, name))
            if candidate in self._known:
                return candidate
        return None

    def closure(self, unit: Unit) -> dict[str, int]:
        """The paths of the files that a unit sees by `#include`, nearest first, with their rank."""
        found = self._closures.get(unit.path)
        if found is None:
            found = {unit.path: 0}
            waiting = list(unit.includes)
            while waiting:
                inner: list[str] = []
                for path in waiting:
                    if path not in found:
                        found[path] = len(found)
                        inner += self.unit(path).includes
                waiting = inner
            found.setdefault(SYSTEM, len(found))
            self.unit(SYSTEM)
            self._closures[unit.path] = found
        return found

    def _choose(self, table: Mapping[str, list[str]], name: str, unit: Unit) -> str | None:
        """Of the files that declare a name the one that the unit sees: its own, or the nearest."""
        paths = table.get(name)
        if not paths:
            return None
        seen = self.closure(unit)
        visible = [path for path in paths if path in seen]
        if not visible and unit.path.endswith(".h"):
            # A header may rely on what the files that include it have included before.
            includers = (each for each in self._closures.values() if unit.path in each)
            for seen in includers:
                visible = [path for path in paths if path in seen]
                if visible:
                    break
        return min(visible, key=seen.__getitem__, default=None)

    # Macros ------------------------------------------------------------------------------------

    def find_macro(self, name: str, unit: Unit) -> Macro | None:
        own = unit.macros.get(name) or unit.ended_macros.get(name)
        if own is not None:
            return own
        if name in self._macro_paths or unit.path not in self._closures:
            self.closure(unit)
            path = self._choose(self._macro_paths, name, unit)
            if path is not None:
                return self._units[path].macros.get(name)
        return self._predefined.get(name)

    def _find_macro_before(self, name: str, unit: Unit) -> Macro | None:
        """While a unit is still read: in what it has included up to there."""
        waiting = list(unit.includes)
        seen: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            inner = self.unit(path)
            if name in inner.macros:
                return inner.macros[name]
            waiting += inner.includes
        return None

    def expand(self, tokens: Sequence[str], unit: Unit) -> list[str]:
        return expand(tokens, lambda name: self.find_macro(name, unit))

    # Declarations ------------------------------------------------------------------------------

    def declarations(self, path: str) -> Declarations:
        found = self._declarations.get(path)
        if found is None:
            unit = self.unit(path)
            self.closure(unit)
            if self._twin is not None and path in self._twin_paths:
                found = self._twin.declarations(path)
            else:
                found = read_declarations(unit, self._expand_maker)
            self._declarations[path] = found
            for table, names in (
                (self._struct_paths, found.structs),
                (self._struct_paths, found.enums),
                (self._typedef_paths, found.typedefs),
                (self._constant_paths, found.constants),
                (self._function_paths, found.functions),
            ):
                for name in names:
                    paths = table.setdefault(name, [])
                    if path not in paths:
                        paths.append(path)
        return found

    def _expand_maker(self, unit: Unit, start: int, end: int) -> list[str] | None:
        name = unit.tokens[start]
        if self.find_macro(name, unit) is None:
            return None
        made = self.expand(unit.tokens[start:end], unit)
        return None if _MAKERS.isdisjoint(made) else made

    def _index(self, unit: Unit) -> None:
        """The declarations of all that a unit sees."""
        if unit.path not in self._indexed:
            self._indexed.add(unit.path)
            for path in self.closure(unit):
                self.declarations(path)

    @cached_property
    def _initializing_files(self) -> Mapping[str, frozenset[str]]:
        return find_initializing_files(self.tree, self.paths)

    def initializers(self, type_name: str) -> Iterator[tuple[str, Region]]:
        """All variables of a type that files initialize with something, in order."""
        for path, types in self._initializing_files.items():
            if type_name in types:
                found = self.declarations(path).initializers.get(type_name, {})
                yield from ((name, region) for name, region in found.items() if region)

    def find_initializer(self, type_name: str, variable: str, unit: Unit) -> Region | None:
        """Of the unit's own file, of one that it sees, or of another that lets others see it: of
        those that are built, where some are."""
        for path in (unit.path, *self.closure(unit)):
            if path in self._known:
                found = self.declarations(path).initializers.get(type_name, {}).get(variable)
                if found is not None:
                    return found
        others = [
            (path, region)
            for path, region in self._all_initializers(type_name).get(variable, ())
            if not _is_static(region)
        ]
        built = [region for path, region in others if self.is_built(path)]
        return next(iter(built or (region for _, region in others)), None)

    def _all_initializers(self, type_name: str) -> Mapping[str, list[tuple[str, Region]]]:
        known = self._initializer_tables.get(type_name)
        if known is None:
            known = {}
            for path, types in self._initializing_files.items():
                if type_name in types:
                    table = self.declarations(path).initializers.get(type_name, {})
                    for variable, region in table.items():
                        known.setdefault(variable, []).append((path, region))
            self._initializer_tables[type_name] = known
        return known

    @cached_property
    def _externs(self) -> dict[str, str]:
        """The header that declares each description of another file."""
        found: dict[str, str] = {}
        for path in self.paths:
            if path.endswith(".h"):
                text = self.tree.read(path)
                if "VMStateDescription" in text:
                    for name in _EXTERN.findall(text):
                        found.setdefault(name, path)
        return found

    def find_extern(self, variable: str) -> str | None:
        return self._externs.get(variable)

    # Functions ---------------------------------------------------------------------------------

    @cached_property
    def _called_names(self) -> dict[str, list[str]]:
        """The files where a line begins with a call or definition of a name."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            for name in set(_NAMES_OF_CALLS.findall(self.tree.read(path))):
                found.setdefault(name, []).append(path)
        return found

    def find_function(self, name: str, unit: Unit) -> CFunction | None:
        own = self.declarations(unit.path).functions.get(name) if unit.path in self._known else None
        if own is not None:
            return self._make_function(name, own)
        self._index(unit)
        inline = self._choose(self._function_paths, name, unit)
        if inline is not None:
            return self._make_function(name, self.declarations(inline).functions[name])
        candidates = self._called_names.get(name, ())
        seen = self.closure(unit)

        def rank(path: str) -> tuple[int, bool, bool, str]:
            # Where both may be built, a stub stands for what is there.
            return seen.get(path, len(seen)), not self.is_built(path), "stub" in path, path

        for path in sorted(candidates, key=rank):
            found = self.declarations(path).functions.get(name)
            if found is not None and (path in seen or not found.is_static):
                return self._make_function(name, found)
        return None

    def _make_function(self, name: str, place: FunctionPlace) -> CFunction:
        parameters = tuple(
            read_parameter(part) for part in split(place.parameters.tokens) if part != ["void"]
        )
        return CFunction(name, read_result(place.result), parameters, place.body)

    # Types -------------------------------------------------------------------------------------

    def find_struct(self, name: str | None, unit: Unit | None) -> Struct | None:
        """The struct or union of a tag or typedef, as a unit sees it; without one, of any file."""
        for _ in range(_LONGEST_TYPEDEF):
            if not name:
                return None
            path, place = self._find_struct_place(name, unit)
            if place is not None:
                key = (path, name)
                struct = self._structs.get(key)
                if struct is None:
                    body = place.body
                    struct = read_struct(
                        self, body.unit, body.tokens, place.is_union, place.is_packed
                    )
                    self._structs[key] = struct
                return struct
            meaning = self._find_typedef(name, unit)
            words = [word for word in meaning or () if is_name(word) and word not in _QUALIFIERS]
            if meaning is None or "*" in meaning or words[-1:] == [name] or not words:
                return None
            name = words[-1]
        return None

    def _find_struct_place(self, name: str, unit: Unit | None) -> tuple[str, StructPlace | None]:
        if unit is not None:
            self._index(unit)
            path = self._choose(self._struct_paths, name, unit)
            if path is not None:
                return path, self.declarations(path).structs.get(name)
        for path in self._struct_paths.get(name, ()):
            place = self._declarations[path].structs.get(name)
            if place is not None:
                return path, place
        return "", None

    def _find_typedef(self, name: str, unit: Unit | None) -> tuple[str, ...] | None:
        if unit is not None:
            self._index(unit)
            path = self._choose(self._typedef_paths, name, unit)
            if path is not None:
                return self.declarations(path).typedefs[name]
        for path in self._typedef_paths.get(name, ()):
            return self._declarations[path].typedefs[name]
        return None

    def find_constant(self, name: str, unit: Unit) -> EnumConstant | None:
        self._index(unit)
        path = self._choose(self._constant_paths, name, unit)
        if path is not None:
            return self.declarations(path).constants[name]
        value = self._qapi.constants.get(name)
        return None if value is None else EnumConstant(unit, (), value)

    @cached_property
    def _qapi(self) -> QapiEnums:
        return read_qapi_enums(self.tree)

    def measure_enum(self, name: str, unit: Unit) -> int | None:
        """The size of an enum by its tag or typedef; None where the name is no enum's."""
        self._index(unit)
        path = self._choose(self._struct_paths, name, unit)
        if path is None:
            return 4 if name in self._qapi.types else None
        return self.declarations(path).enums.get(name)

    def is_enum(self, name: str, unit: Unit) -> bool:
        return self.measure_enum(name, unit) is not None

    def resolve(self, words: tuple[str, ...], unit: Unit) -> "int | CType | Struct | None":
        """What a type's words mean: a size in bytes, another type (a typedef), or a struct."""
        names = [word for word in words if word not in _QUALIFIERS]
        for _ in range(_LONGEST_TYPEDEF):
            if not names:
                return 4 if "signed" in words else None
            if "long" in names:
                return 16 if "double" in names else 8
            if "short" in names:
                return 2
            last = names[-1]
            if last == "unsigned" and len(names) > 1:
                last = names[0]
            if last in BASIC:
                return BASIC[last]
            if last in ("target_ulong", "target_long", "abi_ulong", "abi_long", "target_ulonglong"):
                return self.target.word_bits // 8
            meaning = self._find_typedef(last, unit)
            if meaning is not None and not self._is_struct(last, unit):
                inner = [word for word in meaning if is_name(word) and word not in _QUALIFIERS]
                if "*" in meaning or "[" in meaning:
                    return read_type(self, list(meaning), unit)
                if inner != names and inner:
                    names = inner
                    continue
            size = self.measure_enum(last, unit)
            if size is not None:
                return size
            return self.find_struct(last, unit)
        return None

    def _is_struct(self, name: str, unit: Unit) -> bool:
        return self._find_struct_place(name, unit)[1] is not None

    def is_type(self, tokens: Sequence[str], unit: Unit) -> bool:
        """Do these tokens, in parentheses, name a type?"""
        words = [token for token in tokens if token != "*"]
        if not words or not all(map(is_name, words)):
            return False
        if words[0] in _TYPE_WORDS or "*" in tokens:
            return True
        if len(words) != 1 or self.find_macro(words[0], unit) is not None:
            return False
        return self.resolve((words[0],), unit) is not None

    def measure_type(self, words: tuple[str, ...], unit: Unit | None = None) -> int | None:
        found = measure(self, CType(words), None, unit or Unit(""))
        return None if found is None else found[0]

    def is_signed(self, words: tuple[str, ...], unit: Unit | None = None) -> bool:
        for _ in range(_LONGEST_TYPEDEF):
            if is_unsigned(words):
                return False
            meaning = self._find_typedef(words[-1], unit) if words else None
            if meaning is None or words[-1] in BASIC:
                break
            words = tuple(word for word in meaning if is_name(word))
        return "ulong" not in "".join(words)

    # Parts of expressions ----------------------------------------------------------------------

    def find_type_of(self, tokens: Sequence[str], unit: Unit) -> CType | None:
        """The type of `typeof_field(S, a.b)` or `((S *)0)->a.b`."""
        found = self._find_member_of(list(tokens), unit)
        return None if found is None else found[0]

    def _find_member_of(
        self, tokens: list[str], unit: Unit
    ) -> tuple[CType, Struct | None, Unit] | None:
        while tokens and tokens[0] == "(" and find_close(tokens, 0) == len(tokens) - 1:
            tokens = tokens[1:-1]
        if tokens[:1] in (["typeof_field"], ["sizeof_field"]):
            arguments = split(tokens[2 : find_close(tokens, 1)])
            if len(arguments) == 2:
                return self._follow(arguments[0], arguments[1], unit)
        if tokens[:1] in (["typeof"], ["typeof_elt_of_field"]):
            return self._find_member_of(tokens[2 : find_close(tokens, 1)], unit)
        if tokens[:2] == ["(", "("] and "*" in tokens:
            close = find_close(tokens, 0)
            inner = tokens[2 : find_close(tokens, 1)]
            return self._follow(inner, tokens[close + 2 :], unit)
        return None

    def _follow(
        self, state: Sequence[str], path: Sequence[str], unit: Unit
    ) -> tuple[CType, Struct | None, Unit] | None:
        """The type at a path of members from a struct."""
        names = [word for word in state if is_name(word) and word not in _QUALIFIERS]
        struct = self.find_struct(names[-1], unit) if names else None
        found: tuple[CType, Struct | None, Unit] | None = None
        at = 0
        while at < len(path):
            token = path[at]
            if token == "[":
                if found is None:
                    return None
                type_, inner, where = found
                at = find_close(list(path), at) + 1
                if type_.lengths:
                    rest = CType(type_.words, type_.pointers, type_.lengths[1:])
                else:
                    rest = CType(type_.words, max(type_.pointers - 1, 0))
                found = rest, inner, where
                continue
            if token in (".", "->"):
                if found is not None:
                    struct = found[1] or self._find_struct_of(found[0], found[2])
                at += 1
                continue
            if struct is None or token not in struct.members:
                return None
            member = struct.members[token]
            found = member.type, member.inner, struct.unit
            at += 1
        return found

    def _find_struct_of(self, type_: CType, unit: Unit) -> Struct | None:
        return self.find_struct(type_.words[-1], unit) if type_.words else None

    def measure_tokens(self, tokens: Sequence[str], unit: Unit) -> int | None:
        """`sizeof` of a type, or of a member."""
        member = self._find_member_of(list(tokens), unit)
        if member is not None:
            found = measure(self, member[0], member[1], member[2])
            return None if found is None else found[0]
        if not tokens or not all(
            is_name(token) or token in "*[]" or token[0].isdigit() for token in tokens
        ):
            return None
        found = measure(self, read_type(self, list(tokens), unit), None, unit)
        return None if found is None else found[0]

    def find_offset(self, state: Sequence[str], path: Sequence[str], unit: Unit) -> int | None:
        names = [word for word in state if is_name(word) and word not in _QUALIFIERS]
        struct = self.find_struct(names[-1], unit) if names else None
        offset = 0
        for token in path:
            if token == ".":
                continue
            if struct is None or token not in struct.members:
                return None
            inner = find_offset(self, struct, token)
            if inner is None:
                return None
            offset += inner
            member = struct.members[token]
            struct = member.inner or self._find_struct_of(member.type, struct.unit)
        return offset

    def measure_struct(self, name: str, unit: Unit) -> int | None:
        struct = self.find_struct(name, unit)
        found = None if struct is None else measure_struct(self, struct)
        return None if found is None else found[0]


def _is_static(region: Region) -> bool:
    """Of the initializer of a variable: can its own file alone name it?"""
    tokens = region.unit.tokens
    for at in range(region.start - 1, max(region.start - 20, -1), -1):
        if tokens[at] in (";", "}"):
            break
        if tokens[at] == "static":
            return True
    return False


def read_type(program: Program, tokens: list[str], unit: Unit) -> CType:
    """`const uint8_t *`, `struct X [4]`"""
    end = tokens.index("[") if "[" in tokens else len(tokens)
    words = tuple(each for each in tokens[:end] if is_name(each) and each not in _QUALIFIERS)
    lengths: list[int | None] = []
    at = end
    while at < len(tokens):
        close = find_close(tokens, at)
        lengths.append(evaluate(program, tokens[at + 1 : close], unit))
        at = close + 1
    return CType(words, tokens[:end].count("*"), tuple(lengths))


def read_result(tokens: Sequence[str]) -> CType:
    """The type that a function returns, of what stands before its name; attributes left out."""
    words = tuple(
        each for each in tokens if is_name(each) and each not in (*_QUALIFIERS, *_NO_TYPES)
    )
    named = words if name_integer(words) is not None else words[-1:]
    return CType(named or ("void",), tokens.count("*"))


def read_parameter(tokens: Sequence[str]) -> Parameter:
    names = [each for each in tokens if is_name(each) and each not in _QUALIFIERS]
    name = names[-1] if len(names) > 1 else ""
    words = tuple(names[:-1] if len(names) > 1 else names)
    pointers = list(tokens).count("*") + list(tokens).count("[")
    return Parameter(name, CType(words, pointers))
