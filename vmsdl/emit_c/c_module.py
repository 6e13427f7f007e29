"""The files: for each .vmsd file one with its descriptions, and a header where C needs one."""

import re
from collections.abc import Iterator
from dataclasses import field

from vmsdl.analysis.reporter import Reporter
from vmsdl.c_file_names import find_header_name, find_source_name
from vmsdl.diagnostics.codes import C_NAME_CLASH, UNKNOWN_C_STRUCT
from vmsdl.diagnostics.diagnostic import Label, StageResult
from vmsdl.emit_c.bodies import CBody
from vmsdl.emit_c.c_annotations import read_c
from vmsdl.emit_c.c_descriptions import CDescription, DescriptionWriter, reporting
from vmsdl.emit_c.c_layout import write_comment
from vmsdl.emit_c.c_names import (
    check_word,
    find_c_type,
    find_const_name,
    find_enum_name,
    find_enumerator,
    find_header,
)
from vmsdl.emit_c.c_structs import StructWriter
from vmsdl.emit_c.c_types import INT, write_number
from vmsdl.output_file import OutputFile
from vmsdl.records import dataclass
from vmsdl.schema.description import (
    Const,
    Description,
    EnumDefinition,
    Schema,
    SchemaFile,
)
from vmsdl.schema.traverse import find_embedded_structs
from vmsdl.source import Span
from vmsdl.templating import render

# What the functions and structs of a file call, and the header that declares it.
_HEADERS = (
    (r"\berror_report\(", "qemu/error-report.h"),
    (r"\bQEMUTimer\b|\btimer_\w+\(", "qemu/timer.h"),
    (r"\bbitmap_\w+\(|\bBITS_TO_LONGS\(|\btest_bit\(", "qemu/bitmap.h"),
    (r"\bQTAILQ_|\bQLIST_", "qemu/queue.h"),
    (r"\bCPU_DoubleU\b", "qemu/cpu-float.h"),
)


@dataclass(slots=True)
class ModuleWriter:
    """Writes the files of a schema."""

    schema: Schema
    chosen: tuple[str, ...]
    reporter: Reporter = field(default_factory=Reporter)
    structs: StructWriter = field(init=False)
    _names: dict[str, Span] = field(default_factory=dict)

    def write(self) -> StageResult[tuple[OutputFile, ...]]:
        self.structs = StructWriter(self.schema)
        with reporting(self.reporter):
            self.structs.collect(self._find_chosen())
        files = [each for file in self.schema.files for each in self._write_file(file)]
        diagnostics = self.reporter.sort_diagnostics()
        return StageResult(None if diagnostics else tuple(files), diagnostics)

    def _find_chosen(self) -> list[Description]:
        found: list[Description] = []
        for name in self.chosen:
            named = [
                one
                for one in self.schema.descriptions.values()
                if name in (one.name, find_c_type(one))
            ]
            found += named
            if not named:
                types = [
                    *self.schema.descriptions,
                    *map(find_c_type, self.schema.descriptions.values()),
                ]
                source = self.schema.files[-1].source
                self.reporter.report(
                    UNKNOWN_C_STRUCT,
                    Span(source, 0, 0),
                    f"no device or struct has the name or C type `{name}`",
                    help=self.reporter.suggest_nearest(name, types),
                )
        return found

    def _write_file(self, file: SchemaFile) -> Iterator[OutputFile]:
        """Both files, though one can be empty: a build knows their names before it runs."""
        header = self._write_header(file)
        yield OutputFile(find_source_name(file.path), self._write_source(file), file.path)
        yield OutputFile(find_header_name(file.path), header, file.path)

    # Headers -----------------------------------------------------------------------------------

    def _write_header(self, file: SchemaFile) -> str:
        constants = [each for each in file.definitions if isinstance(each, Const)]
        enums = [each for each in file.definitions if isinstance(each, EnumDefinition)]
        values = {
            "constants": [self._write_const(each) for each in constants],
            "enums": [self._write_enum(each) for each in enums],
            "structs": list(self._write_structs(file)),
        }
        return render(
            "c/header.h.j2",
            {
                "source": _find_base(file.path),
                "guard": _find_guard(find_header_name(file.path)),
                "system_headers": _find_headers("\n".join(values["structs"])),
                "own_headers": [find_header_name(path) for path in file.imports],
                **values,
            },
        )

    def _write_const(self, const: Const) -> str:
        read_c(const, self.reporter)
        name = find_const_name(const)
        self._claim(name, const.name_span)
        is_bool = isinstance(const.value, bool)
        value = str(const.value).lower() if is_bool else _write_literal(const)
        comment = [*write_comment(const.doc)] if const.doc else []
        return "\n".join([*comment, f"#define {name} {value}"])

    def _write_enum(self, enum: EnumDefinition) -> str:
        read_c(enum, self.reporter)
        name = find_enum_name(enum)
        self._claim(name, enum.name_span)
        comment = write_comment(enum.doc) if enum.doc else []
        lines: list[str] = []
        # Bits of flags are macros: an enumerator of C is an int.
        is_enum = not enum.is_flags and all(each.value <= INT.high for each in enum.members)
        for member in enum.members:
            enumerator = find_enumerator(enum, member)
            self._claim(enumerator, member.name_span)
            indent = "    " if is_enum else ""
            lines += write_comment(member.doc, indent) if member.doc else []
            number = write_number(member.value, "" if is_enum else hex(member.value))
            lines.append(
                f"    {enumerator} = {number}," if is_enum else f"#define {enumerator} {number}"
            )
        if is_enum:
            lines = [f"typedef enum {name} {{", *lines, f"}} {name};"]
        return "\n".join([*comment, *lines])

    def _find_structs(self, file: SchemaFile) -> Iterator[str]:
        own = {each.name for each in file.definitions if isinstance(each, Description)}
        for name, owners in self.structs.owners.items():
            if owners[0].name in own:
                yield name

    def _write_structs(self, file: SchemaFile) -> Iterator[str]:
        names = list(self._find_structs(file))
        for name in names:
            self._claim(name, self.structs.owners[name][0].name_span)
        for name in self.structs.sort(names):
            doc = next((one.doc for one in self.structs.owners[name] if one.doc), "")
            comment = write_comment(doc) if doc else []
            members = self.structs.nodes[name].format()
            yield "\n".join([*comment, f"typedef struct {name} {{", *members, f"}} {name};"])

    # Sources -----------------------------------------------------------------------------------

    def _write_source(self, file: SchemaFile) -> str:
        own = [each for each in file.definitions if isinstance(each, Description)]
        writer = DescriptionWriter(self.reporter)
        found: list[CDescription] = []
        for description in self._sort(own):
            found += writer.write(CBody(self.schema, (description,)))
        for each in found:
            self._claim(each.variable, own[0].name_span)
        text = "\n".join([function for each in found for function in each.functions])
        given = [find_header(each) for each in own]
        headers = [each for each in dict.fromkeys(given) if each is not None]
        return render(
            "c/source.c.inc.j2",
            {
                "source": _find_base(file.path),
                "guard": _find_guard(find_source_name(file.path)),
                "system_headers": ["migration/vmstate.h", *_find_headers(text), *headers],
                "own_headers": [
                    find_header_name(file.path),
                    *(find_source_name(path) for path in file.imports),
                ],
                "prototypes": writer.prototypes,
                "descriptions": found,
            },
        )

    def _sort(self, own: list[Description]) -> list[Description]:
        """Each description behind those that it embeds."""
        by_name = {each.name: each for each in own}
        done: dict[str, Description] = {}
        open_: set[str] = set()

        def visit(one: Description) -> None:
            if one.name in done or one.name in open_:
                return
            open_.add(one.name)
            for name in find_embedded_structs(one):
                if name in by_name:
                    visit(by_name[name])
            done[one.name] = one

        for one in own:
            visit(one)
        return list(done.values())

    def _claim(self, name: str, span: Span) -> None:
        """A name at file scope, which C can have once."""
        with reporting(self.reporter):
            check_word(name, span)
        known = self._names.setdefault(name, span)
        if known is not span:
            self.reporter.report(
                C_NAME_CLASH,
                span,
                f"`{name}` would be defined twice in C",
                also=(Label(known, "first here"),),
                help="give one another name with `@c`",
            )


def _write_literal(const: Const) -> str:
    """The number as the schema writes it, where C writes it so too."""
    value = int(const.value)
    found = re.fullmatch(r"const\s+\w+\s*=\s*(0x[0-9A-Fa-f_]+|[0-9_]+)\s*;?", const.span.text)
    text = found[1].replace("_", "") if found else ""
    if value < 0:
        return f"({write_number(value)})"
    return write_number(value, text if value <= INT.high or text.startswith("0x") else "")


def _find_headers(text: str) -> list[str]:
    return [header for pattern, header in _HEADERS if re.search(pattern, text)]


def _find_base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _find_guard(name: str) -> str:
    return re.sub(r"\W", "_", name).upper()
