"""Enums that QEMU's build makes from `qapi/*.json`: their names and values in C.

The rules are those of `scripts/qapi/common.py` (`camel_to_upper`, `c_enum_const`) of QEMU.
"""

import re
from collections.abc import Mapping, Sequence

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.lexer import read_tokens
from vmsdl.csource.source_tree import SourceTree
from vmsdl.records import dataclass

_COMMENT = re.compile(r"#.*")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z0-9]{2})(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class QapiEnums:
    types: frozenset[str]
    constants: Mapping[str, int]


def read_qapi_enums(tree: SourceTree) -> QapiEnums:
    types: set[str] = set()
    constants: dict[str, int] = {}
    for path in tree.build_files:
        if path.endswith(".json"):
            tokens = read_tokens(_COMMENT.sub("", tree.read(path)))
            for at in range(len(tokens) - 3):
                if tokens[at : at + 3] == ["{", "'enum'", ":"]:
                    entries = _read_entries(tokens[at + 1 : find_close(tokens, at)])
                    name = entries["'enum'"][0].strip("'")
                    types.add(name)
                    constants.update(_read_constants(name, entries))
    return QapiEnums(frozenset(types), constants)


def _read_entries(tokens: Sequence[str]) -> dict[str, list[str]]:
    return {entry[0]: entry[2:] for entry in split(tokens) if len(entry) > 2}


def _read_constants(name: str, entries: Mapping[str, list[str]]) -> dict[str, int]:
    prefix = entries.get("'prefix'", [""])[0].strip("'")
    prefix = prefix or _WORD_START.sub("_", name).upper()
    constants: dict[str, int] = {}
    members = split(entries.get("'data'", [])[1:-1])
    for value, member in enumerate(members):
        if not member or "'if'" in member:
            return constants  # whether a build has it decides the values of those after it
        word = _read_entries(member[1:-1])["'name'"][0] if member[0] == "{" else member[0]
        constants[f"{prefix}_{word.strip(chr(39)).upper().replace('-', '_')}"] = value
    constants[f"{prefix}__MAX"] = len(members)
    return constants
