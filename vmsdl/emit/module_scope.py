"""The names that the text of one module uses, and the imports that they need."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from vmsdl.emit.names import ClassNames, EnumNames, FileNames
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    BoolValue,
    BytesValue,
    EnumValue,
    Expr,
    FloatValue,
    IntValue,
    ValueType,
)
from vmsdl.schema.description import Const, Description, EnumDefinition, Field, Schema, SchemaFile
from vmsdl.schema.members import find_member_type
from vmsdl.schema.traverse import strip_arrays
from vmsdl.schema.types import Bitmap, Blob, EnumType, Scalar, Type

RUNTIME = "_vmsd"


@dataclass
class Imports:
    """What a module imports: from which module, which names, and what it calls them."""

    standard: dict[str, dict[str, str]] = field(default_factory=dict)
    typing_only: dict[str, dict[str, str]] = field(default_factory=dict)
    siblings: dict[str, dict[str, str]] = field(default_factory=dict)
    runtime: str = RUNTIME  # what the module calls `_vmsd`

    def package_lines(self) -> Iterator[str]:
        """The imports of a module in a package."""
        yield f"from . import {_renamed(RUNTIME, self.runtime)}"
        yield from import_lines(self.siblings, ".")

    def flat_lines(self) -> Iterator[str]:
        """The imports of a module that lies on the import path itself."""
        yield f"import {_renamed(RUNTIME, self.runtime)}"
        yield from import_lines(self.siblings)


def import_lines(group: dict[str, dict[str, str]], prefix: str = "") -> Iterator[str]:
    for module in sorted(group):
        words = [_renamed(name, known_as) for name, known_as in sorted(group[module].items())]
        yield f"from {prefix}{module} import {', '.join(words)}"


def _renamed(name: str, known_as: str) -> str:
    return name if name == known_as else f"{name} as {known_as}"


class ModuleNames:
    """The names in the text of one module. Asking for a name adds its import."""

    def __init__(self, file: SchemaFile, schema: Schema, files: dict[str, FileNames]) -> None:
        self.file = file
        self.schema = schema
        self.files = files
        self.own = files[file.path]
        self.imports = Imports()
        self.attributes = {a for names in self._all_classes() for a in names.attributes.values()}
        self._taken = {*self.own.public, *(n.hidden for n in self._all_classes())}
        # A parameter of `__init__` hides a name of the module.
        self._taken |= {a for a in self.attributes if a.startswith("_")}
        self.imports.standard["typing"] = {"TYPE_CHECKING": "TYPE_CHECKING"}
        self.imports.runtime = self.own_name(RUNTIME)
        self._where = {
            d.name: f.path
            for f in schema.files
            for d in f.definitions
            if isinstance(d, Description | EnumDefinition | Const)
        }
        self.tables: dict[str, str] = {}  # enum -> its table of members
        self.aliases: dict[str, str] = {}  # for annotations: private alias -> what it means

    def _all_classes(self) -> Iterator[ClassNames]:
        pending = list(self.own.classes.values())
        while pending:
            names = pending.pop()
            yield names
            pending.extend(names.subsections.values())

    # Descriptions and what they are called ------------------------------------------------------

    def struct(self, name: str) -> tuple[Description, ClassNames]:
        return self.schema.descriptions[name], self.files[self._where[name]].classes[name]

    def subsection(self, path: tuple[str, ...]) -> tuple[Description, ClassNames]:
        description, names = self.struct(path[0])
        for part in path[1:]:
            description = next(s for s in description.subsections if s.name == part)
            names = names.subsections[part]
        return description, names

    def enum(self, name: str) -> tuple[EnumDefinition, EnumNames]:
        return self.schema.enums[name], self.files[self._where[name]].enums[name]

    def reached_structs(self) -> list[str]:
        """The devices and structs of the files that this one imports, at any distance, in order."""
        by_path = {f.path: f for f in self.schema.files}
        pending, seen = list(self.file.imports), set[str]()
        while pending:
            path = pending.pop()
            if path not in seen and path in by_path:
                seen.add(path)
                pending.extend(by_path[path].imports)
        return [
            d.name
            for f in self.schema.files
            if f.path in seen and f.path != self.file.path
            for d in f.definitions
            if isinstance(d, Description)
        ]

    # Names in the text --------------------------------------------------------------------------

    def class_(self, names: ClassNames) -> str:
        """A class by name, at the level of the module or in the body of a function there."""
        root, dot, rest = names.qualified.partition(".")
        return self._from(names.path, root) + dot + rest

    def hidden(self, names: ClassNames) -> str:
        return self._from(names.path, names.hidden)

    def private(self, names: ClassNames, stem: str) -> str:
        """A private function of a class: `_load_IdeDrive`."""
        return self._from(names.path, f"_{stem}_{names.stem}")

    def enum_class(self, name: str) -> str:
        return self._from(self._where[name], self.enum(name)[1].name)

    def constant(self, name: str) -> str | None:
        """A const or "Enum.member" by its Python name, None where its value is safer."""
        enum, dot, member = name.partition(".")
        if dot:
            if enum not in self._where or enum not in self.schema.enums:
                return None
            members = self.enum(enum)[1].members
            return f"{self.enum_class(enum)}.{members[member]}" if member in members else None
        if name not in self._where or not name.isupper():
            return None  # a variable of the text could hide it
        path = self._where[name]
        return self._from(path, self.files[path].consts[name])

    def in_class(self, text: str, hidden_by: frozenset[str]) -> str:
        """A class name where names of a class's body would be found first."""
        root = text.partition(".")[0]
        if root not in hidden_by:
            return text
        alias = self._unique(f"_The{root}")
        for known, meaning in self.aliases.items():
            if meaning == root:
                alias = known
        self.aliases[alias] = root
        self._taken.add(alias)
        return alias + text[len(root) :]

    def standard(self, module: str, name: str) -> str:
        return self._bind(self.imports.standard, module, name)

    def typing(self, module: str, name: str) -> str:
        """A name that only annotations use."""
        return self._bind(self.imports.typing_only, module, name)

    def runtime(self, name: str) -> str:
        """Something of `_vmsd.py`."""
        return f"{self.imports.runtime}.{name}"

    def give_up(self) -> str:
        """The statement by which fast code leaves the work to the general codec."""
        return f"raise {self.runtime('NeedsGeneralCodec')}"

    def builtin(self, name: str) -> str:
        """A builtin function, safe from an attribute that is called like it."""
        return name if name not in self.attributes else self.standard("builtins", name)

    def own_name(self, name: str) -> str:
        """A private name of this module that nothing else has."""
        free = self._unique(name)
        self._taken.add(free)
        return free

    def enum_member(self, name: str, value: str) -> str:
        """The member of a value, which raises where there is none."""
        definition, names = self.enum(name)
        if definition.is_flags:
            return f"{self.enum_class(name)}({value})"
        if name not in self.tables:
            self.tables[name] = self.own_name(f"_{names.name}_of")
        return f"{self.tables[name]}[{value}]"

    def _from(self, path: str, name: str) -> str:
        if path == self.file.path:
            return name
        group = self.imports.siblings.setdefault(self.files[path].module, {})
        if name not in group:
            free = name
            if free in self._taken:
                free = self._unique(f"_{self.files[path].module}_{name}")
            group[name] = free
            self._taken.add(free)
        return group[name]

    def _bind(self, group: dict[str, dict[str, str]], module: str, name: str) -> str:
        names = group.setdefault(module, {})
        if name not in names:
            names[name] = self._unique(f"_{name.lstrip('_')}")
            self._taken.add(names[name])
        return names[name]

    def _unique(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        return name

    # Zeros --------------------------------------------------------------------------------------

    def scalar_zero(self, step: Field) -> str | None:
        """The default of a field that holds one number, as text."""
        if step.default is not None:
            value = fold_constant(step.default)
            if value is not None and not isinstance(step.type, EnumType):
                return str(value)
            if isinstance(step.type, EnumType):
                return self.enum_value(step.type.name, int(value or 0))
        return self.type_zero(step.type)

    def type_zero(self, type_: Type) -> str | None:
        match type_:
            case Scalar(row=row):
                return str(row.to_value(row.zero))
            case EnumType(name=name):
                return self.enum_value(name, self.schema.enums[name].zero)
            case Bitmap():
                return "0"
            case Blob():
                return 'b""'
            case _:
                return None

    def enum_value(self, name: str, value: int) -> str:
        """A member by name; a union of flags by its number."""
        definition, names = self.enum(name)
        for member in definition.members:
            if member.value == value:
                return f"{self.enum_class(name)}.{names.members[member.name]}"
        return f"{self.enum_class(name)}({value})"

    def value_zero(self, type_: ValueType) -> str | None:
        match type_:
            case BoolValue():
                return "False"
            case IntValue():
                return "0"
            case FloatValue():
                return "0.0"
            case EnumValue(name=name):
                return self.enum_value(name, self.schema.enums[name].zero)
            case BytesValue():
                return 'b""'
            case _:
                return None

    def bitmap_bits(self, description: Description, name: str) -> Expr:
        type_ = find_member_type(description, name)
        assert type_ is not None
        element = strip_arrays(type_)
        assert isinstance(element, Bitmap)
        return element.bits
