"""From one file of a schema to the text of its module."""

import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vmsdl.emit.absent_memory import AbsentMemory
from vmsdl.emit.classes import ClassText, build_class
from vmsdl.emit.layout_tables import LayoutTable, collect_settings, make_scope
from vmsdl.emit.literals import format_docstring, format_plain, format_string
from vmsdl.emit.load_function import LoadFunctionWriter
from vmsdl.emit.lower import Plans
from vmsdl.emit.module_scope import ModuleNames, import_lines
from vmsdl.emit.names import FileNames
from vmsdl.emit.plan import Plan
from vmsdl.emit.python import JoinCode
from vmsdl.emit.save_function import SaveFunctionWriter
from vmsdl.emit.struct_formats import StructFormats
from vmsdl.output_file import OutputFile
from vmsdl.schema.codec_support import find_without_codec
from vmsdl.schema.description import (
    Const,
    Description,
    EnumDefinition,
    Machine,
    Role,
    Schema,
    SchemaFile,
    Setting,
)
from vmsdl.schema.layout_hash import compute_layout_hash
from vmsdl.templating import render
from vmsdl.version import VERSION


def emit_module(
    file: SchemaFile, schema: Schema, files: dict[str, FileNames], plans: Plans, join: JoinCode
) -> OutputFile:
    """The module of one file. What has no codec is left out, and a note says so."""
    module = ModuleNames(file, schema, files)
    left_out = find_without_codec(schema)
    own = [d for d in file.definitions if isinstance(d, Description)]
    written = [d for d in own if d.name not in left_out]
    enums = [*_enums(file, module)]
    classes = [*_classes(written, module, plans)]
    members = "\n".join(_member_tables(module))
    machines = "\n".join(_machines_of_imported(file, module, left_out))
    constants = list(_constants(file, module))
    missing = {module.own.classes[name].simple for name in left_out if name in module.own.classes}
    # Aliases of enums stand before the classes, whose signatures may hold their members.
    of_enums, of_classes = _aliases(module)
    head = render("python/module.py.j2", _head_values(file, module, constants, missing))
    notes = tuple(
        f"`{d.name}` was left out, it has no codec: {left_out[d.name]}"
        for d in own
        if d.name in left_out
    )
    text = join((head, *enums, of_enums, members, *classes, of_classes, machines))
    return OutputFile(f"{module.own.module}.py", text, file.path, notes)


def _member_tables(module: ModuleNames) -> Iterator[str]:
    """Tables from the values of enums to their members; those of imported enums too."""
    for enum, table in module.tables.items():
        name = module.enum_class(enum)
        yield f"{table}: dict[int, {name}] = {{int(member): member for member in {name}}}"


def _aliases(module: ModuleNames) -> tuple[str, str]:
    """Aliases of classes, for annotations where the name of the class means something else."""
    if not module.aliases:
        return "", ""
    kind = module.standard("typing", "TypeAlias")
    enums = {names.name for names in module.own.enums.values()}
    lines = {a: f"{a}: {kind} = {name}" for a, name in module.aliases.items()}
    first = [lines[a] for a, name in module.aliases.items() if name in enums]
    return "\n".join(first), "\n".join(x for x in lines.values() if x not in first)


def _head_values(
    file: SchemaFile, module: ModuleNames, constants: list[str], left_out: set[str]
) -> dict[str, object]:
    public = sorted(module.own.public - left_out)
    # A struct may have the name of an error; it then is what the module means by that name.
    errors = [name for name in ("DecodeError", "EncodeError") if name not in public]
    base_name = posixpath.basename(file.path.replace("\\", "/"))
    return {
        "version": VERSION,
        "source": format_plain(base_name),
        "content_hash": hashlib.sha256(file.source.text.encode("utf-8", "replace")).hexdigest(),
        "layout_hash": compute_layout_hash(file, module.schema),
        "doc": format_docstring(f"State of virtual devices, from {format_plain(base_name)}."),
        "standard": list(import_lines(module.imports.standard)),
        "typing_only": list(import_lines(module.imports.typing_only)),
        "package": list(module.imports.package_lines()),
        "flat": list(module.imports.flat_lines()),
        "errors": [f"{name} = {module.runtime(name)}" for name in errors],
        "public": sorted((*public, *errors)),
        "constants": constants,
    }


def _constants(file: SchemaFile, module: ModuleNames) -> Iterator[str]:
    machines = [d.name for d in file.definitions if isinstance(d, Machine)]
    if machines:
        yield f"MACHINES: tuple[str, ...] = ({', '.join(map(format_string, machines))},)"
    for definition in file.definitions:
        if isinstance(definition, Const):
            kind = "bool" if isinstance(definition.value, bool) else "int"
            yield f"{module.own.consts[definition.name]}: {kind} = {definition.value}"
            if definition.doc.strip():
                yield format_docstring(definition.doc)


def _enums(file: SchemaFile, module: ModuleNames) -> Iterator[str]:
    for definition in file.definitions:
        if not isinstance(definition, EnumDefinition):
            continue
        names = module.own.enums[definition.name]
        members = [
            {"name": names.members[a.name], "value": a.value, "doc": _format_doc(a.doc)}
            for a in definition.members
        ]
        words = {"base": module.standard("enum", "IntFlag" if definition.is_flags else "IntEnum")}
        if definition.is_flags:
            words["STRICT"] = module.standard("enum", "STRICT")
        kind = "Flags" if definition.is_flags else "Enum"
        yield render(
            "python/enum.py.j2",
            {
                "name": names.name,
                "doc": (
                    _format_doc(definition.doc) or format_docstring(f"{kind} `{definition.name}`.")
                ),
                "is_flags": definition.is_flags,
                "members": members,
                "words": words,
            },
        )


def _format_doc(doc: str) -> str:
    return format_docstring(doc) if doc.strip() else ""


_ABOUT_HIDDEN = """\
# `decode` makes objects of these hidden subclasses. Their `__init__` does nothing, since every
# attribute is set from the bytes."""


def _classes(written: list[Description], module: ModuleNames, plans: Plans) -> Iterator[str]:
    """The classes, their hidden subclasses, and the functions of the plain case."""
    planned = [plan for d in written if (plan := plans.of(d.name)) is not None]
    codes = _fast_codes(planned, module)
    memory = AbsentMemory(module.schema)
    hidden: list[str] = []
    functions: list[str] = []
    for description in written:
        names = module.own.classes[description.name]
        scope = make_scope(module, description, names, ())
        text = build_class(module, scope, _machines(description, module))
        text = replace(text, longest=memory.find_longest_plain(description))
        code = codes.get(description.name)
        if code is not None and text.is_device:
            yield code.constants
            text = replace(text, load=code.load, save=code.save)
        elif code is not None:
            functions += [code.constants, code.load, code.save]
            load, save = module.private(names, "load"), module.private(names, "save")
            text = replace(text, load=load, save=save)
        yield render("python/record.py.j2", {"c": text, "words": _find_words(module, text)})
        hidden += _render_hidden(text)
    if hidden:
        hidden[0] = f"{_ABOUT_HIDDEN}\n{hidden[0]}"
    yield from hidden
    yield from functions


@dataclass(frozen=True, slots=True)
class _FastCode:
    """The plain case of one description: struct constants, and the texts that use them."""

    constants: str
    load: str
    save: str


def _fast_codes(planned: list[Plan], module: ModuleNames) -> dict[str, _FastCode]:
    """In the order in which the module has them: a constant may be equal to an earlier one."""
    formats = StructFormats(module)
    codes: dict[str, _FastCode] = {}
    for plan in sorted(planned, key=lambda plan: plan.description.role is not Role.DEVICE):
        load = LoadFunctionWriter(module, formats, plan).text()
        save = SaveFunctionWriter(module, formats, plan).text()
        codes[plan.description.name] = _FastCode(formats.take_lines(), load, save)
    return codes


def _machines_of_imported(
    file: SchemaFile, module: ModuleNames, left_out: dict[str, str]
) -> Iterator[str]:
    """Calls that add what the machines of this file set in classes of imported files."""
    own = {d.name for d in file.definitions if isinstance(d, Description)}
    reached = module.reached_structs()
    for name in reached:
        rows = _machines(module.schema.descriptions[name], module)
        if name not in own and name not in left_out and rows:
            description, names = module.struct(name)
            table = LayoutTable(make_scope(module, description, names, ()), rows).machine_table()
            yield f"{module.runtime('add_machines')}({module.class_(names)}, {table})"


def _machines(description: Description, module: ModuleNames) -> dict[str, tuple[Setting, ...]]:
    """What the machines of this file set in a description."""
    machines = [d for d in module.file.definitions if isinstance(d, Machine)]
    return {
        machine.name: tuple(
            s for s in collect_settings(module.schema, machine) if s.path[0] == description.name
        )
        for machine in machines
    }


def _find_words(module: ModuleNames, text: ClassText) -> dict[str, str]:
    """What the text of a class calls what the module imports."""
    words = {"runtime": module.imports.runtime, "ClassVar": module.standard("typing", "ClassVar")}
    if text.has_codec:
        words["Literal"] = module.standard("typing", "Literal")
        words["Self"] = module.standard("typing", "Self")
        words["Buffer"] = module.typing("typing_extensions", "Buffer")
    return words


def _render_hidden(text: ClassText) -> Iterator[str]:
    yield render("python/hidden.py.j2", {"hidden": text.hidden, "name": text.qualified})
    for inner in text.subsections:
        yield from _render_hidden(inner)
