"""From the names of a schema to those of Python: modules, classes, attributes, constants.

Every rule looks at one file and what it imports, never at who imports it: a module is the same text
whichever file was asked for.
"""

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vmsdl.module_names import to_module_name
from vmsdl.schema.description import Const, Description, EnumDefinition, Schema, SchemaFile
from vmsdl.schema.members import find_member_names


class NamesClash(Exception):
    """Two files of one schema would be written as one module."""

    def __init__(self, module: str, first: str, second: str) -> None:
        super().__init__(f"`{first}` and `{second}` would both be compiled to `{module}.py`")
        self.module = module
        self.first = first
        self.second = second


# Builtins that stand in annotations and decorators of a class body: an attribute of the same name
# would be found there instead.
ANNOTATION_WORDS = frozenset(
    "bool bytes classmethod dict float int list object staticmethod str tuple type".split()  # noqa: SIM905
)
INTERFACE = frozenset("""
    MACHINES MINIMUM_VERSION_ID NAME TYPES VERSION_ID decode decode_from encode for_machine
    from_dict post_load post_save pre_load pre_save self to_dict _layout _machine
    """.split())  # noqa: SIM905
# What the text of a module itself says at top level, besides names that begin with `_`.
MODULE_WORDS = frozenset("""
    Exception MACHINES None TYPE_CHECKING True False annotations any all bool bytes classmethod
    dict enumerate float int isinstance len list map max min object range slice staticmethod str
    tuple type zip
    """.split())  # noqa: SIM905
_ENUM_WORDS = frozenset("""
    name value mro _generate_next_value_ _missing_ _ignore_ _order_ as_integer_ratio bit_count
    bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes
    """.split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class ClassNames:
    """One class: its file and place there, its own name, the decoder's subclass, its attributes."""

    path: str  # of the .vmsd file
    qualified: str  # "IdeDrive.PioState"
    simple: str  # "PioState"
    hidden: str  # "_IdeDrive_PioState"
    stem: str  # "IdeDrive_PioState": what private functions of it are called after
    attributes: Mapping[str, str]  # .vmsd member -> Python attribute
    subsections: Mapping[str, "ClassNames"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EnumNames:
    name: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileNames:
    """The public names of one module."""

    module: str
    classes: Mapping[str, ClassNames]
    enums: Mapping[str, EnumNames]
    consts: Mapping[str, str]

    @property
    def public(self) -> frozenset[str]:
        classes = [names.simple for names in self.classes.values()]
        enums = [names.name for names in self.enums.values()]
        return frozenset((*self.consts.values(), *enums, *classes))


def name_files(schema: Schema) -> dict[str, FileNames]:
    """The names of every file, by its path."""
    named: dict[str, FileNames] = {}
    modules: dict[str, str] = {}
    for file in schema.files:
        names = _name_file(file)
        # Folders need not tell upper from lower case.
        first = modules.setdefault(names.module.lower(), file.path)
        if first != file.path:
            raise NamesClash(names.module, first, file.path)
        named[file.path] = names
    return named


def to_class_name(name: str) -> str:
    """Split at `_`, raise each part's first letter, keep the rest."""
    joined = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return joined if joined[:1].isalpha() else f"N{joined}"


def name_attributes(members: Iterable[str]) -> dict[str, str]:
    """Python attributes of one class by member; a changed name never takes an unchanged one."""
    expected = list(members)
    plain = {name for name in expected if not _is_reserved(name)}
    taken = set(plain)
    result: dict[str, str] = {}
    for name in expected:
        attribute = name
        if name not in plain:
            while _is_reserved(attribute) or attribute in taken:
                attribute += "_"
            taken.add(attribute)
        result[name] = attribute
    return result


def _is_reserved(name: str) -> bool:
    if keyword.iskeyword(name) or name in ANNOTATION_WORDS or name in INTERFACE:
        return True
    # In a class, `__x` means another name, and `__x__` may mean something to Python.
    return name.startswith("__") and (not name.endswith("__") or _is_special(name))


def _is_special(name: str) -> bool:
    return name.endswith("__") and not name.endswith("___") and name.strip("_") in _SPECIAL


_SPECIAL = frozenset("""
    abs add aenter aexit aiter and anext annotate annotations await bases bool buffer bytes call
    ceil class class_getitem cmp complex contains copy deepcopy del delattr delete delitem dict
    dir divmod doc enter eq exit firstlineno float floor floordiv format fspath ge get getattr
    getattribute getinitargs getitem getnewargs getnewargs_ex getstate gt hash hex iadd iand
    ifloordiv ilshift imatmul imod import imul index init init_subclass instancecheck int invert
    ior ipow irshift isub iter itruediv ixor le len length_hint lshift lt match_args matmul
    missing mod module mro mul name ne neg new next objclass oct or package pos post_init pow
    prepare qualname radd rand rdivmod reduce reduce_ex release_buffer replace repr reversed
    rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor set
    set_name setattr setitem setstate signature sizeof slots slotnames static_attributes str sub
    subclasscheck subclasses subclasshook text_signature truediv trunc type_params weakref
    weakrefoffset xor
    """.split())  # noqa: SIM905


def _name_file(file: SchemaFile) -> FileNames:
    taken = set(MODULE_WORDS)
    classes: dict[str, ClassNames] = {}
    enums: dict[str, EnumNames] = {}
    consts: dict[str, str] = {}
    hidden: set[str] = set()
    for definition in file.definitions:
        match definition:
            case Description(name=name):
                free = _make_unique(to_class_name(name), taken)
                classes[name] = _name_class(definition, free, _Scope(file.path, "", hidden))
            case EnumDefinition(name=name):
                enums[name] = EnumNames(
                    _make_unique(to_class_name(name), taken), _name_members(definition)
                )
    for definition in file.definitions:
        if isinstance(definition, Const):
            # What begins with `_` is the module's own.
            bare = definition.name.lstrip("_")
            moved = bare + "_" * (len(definition.name) - len(bare))
            moved = moved if moved[:1].isalpha() else f"N{moved}"
            consts[definition.name] = _make_unique(moved, taken)
    return FileNames(to_module_name(file.path), classes, enums, consts)


def _make_unique(name: str, taken: set[str]) -> str:
    while name in taken or keyword.iskeyword(name):
        name += "_"
    taken.add(name)
    return name


@dataclass(frozen=True, slots=True)
class _Scope:
    path: str
    owner: str
    hidden: set[str]


def _name_class(d: Description, simple: str, scope: _Scope) -> ClassNames:
    qualified = f"{scope.owner}.{simple}" if scope.owner else simple
    inner = _Scope(scope.path, qualified, scope.hidden)
    attributes = name_attributes(find_member_names(d))
    taken = {*attributes.values(), *INTERFACE}
    subsections: dict[str, ClassNames] = {}
    for s in d.subsections:
        nested = _make_unique(to_class_name(s.name), taken)
        subsections.setdefault(s.name, _name_class(s, nested, inner))
    own = _make_unique("_" + qualified.replace(".", "_"), scope.hidden)
    return ClassNames(scope.path, qualified, simple, own, own[1:], attributes, subsections)


def _name_members(definition: EnumDefinition) -> dict[str, str]:
    taken: set[str] = set()
    plain = {member.name for member in definition.members if not _is_reserved_member(member.name)}
    names: dict[str, str] = {}
    for member in definition.members:
        name = member.name
        if name not in plain:
            name = name.lstrip("_") or "N"  # a name of underscores alone
            name = name if name[0].isalpha() else f"N{name}"
            while _is_reserved_member(name) or name in plain or name in taken:
                name += "_"
            taken.add(name)
        names[member.name] = name
    return names


def _is_reserved_member(name: str) -> bool:
    return (
        keyword.iskeyword(name)
        or name in _ENUM_WORDS
        or name.startswith("_")
        or name in ANNOTATION_WORDS
    )
