"""From a description to the text of its `VMStateDescription`, with all that it needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field

from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import NOT_IN_C
from vmsdl.emit_c.bodies import CBody
from vmsdl.emit_c.c_annotations import read_c
from vmsdl.emit_c.c_fields import FieldWriter
from vmsdl.emit_c.c_functions import FunctionBook
from vmsdl.emit_c.c_layout import WIDTH, quote, write_comment
from vmsdl.emit_c.c_names import find_header, to_snake
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Hook, Unused, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.types import MapType


@dataclass(frozen=True, slots=True)
class CDescription:
    """The parts of a `VMStateDescription`, ready for the template."""

    variable: str
    is_static: bool
    comment: str
    facts: tuple[tuple[str, str], ...]  # `.name` and so on, in QEMU's order
    entries: tuple[str, ...]  # lines of `.fields`, each with its indentation
    subsections: tuple[str, ...]  # variables
    functions: tuple[str, ...]
    pairs: tuple[tuple[str, tuple["CDescription", ...]], ...] = ()  # arrays for maps

    @property
    def declaration(self) -> str:
        """Its head, in two lines where one is too long."""
        head = f"{'static ' if self.is_static else ''}const VMStateDescription"
        line = f"{head} {self.variable} = {{"
        return line if len(line) <= WIDTH else f"{head}\n{self.variable} = {{"


@dataclass(slots=True)
class DescriptionWriter:
    """Writes descriptions of one file. `prototypes` are of functions in the device's own code."""

    reporter: Reporter
    prototypes: list[str] = field(default_factory=list)

    def write(self, body: CBody) -> tuple[CDescription, ...]:
        """A description behind its subsections, as C wants them declared."""
        description = body.description
        context = f'in {description.role.value} "{description.wire_name}"'
        writer = DescriptionWriter(self.reporter.within(context), self.prototypes)
        before = [each for one in description.subsections for each in writer.write(body.enter(one))]
        return (*before, writer._write_one(body))

    def _write_one(self, body: CBody) -> CDescription:
        description = body.description
        for each in (description, *find_settable_members(description)):
            read_c(each, self.reporter)
        book = FunctionBook(body)
        pairs: list[tuple[str, tuple[CDescription, ...]]] = []

        def name_pair(step: Field, type_: MapType) -> str:
            name = f"{body.variable}_{to_snake(step.name)}"
            assert type_.key is not None
            inner = (body.find_struct(type_.value), body.find_struct(type_.key))
            pairs.append((name, tuple(self._write_facts(each) for each in inner)))
            return name

        fields = FieldWriter(body, book.find_gate, name_pair)
        entries: list[str] = []
        for step in description.steps:
            read_c(step, self.reporter)
            with reporting(self.reporter):
                entries += _write_step(step, fields, book)
        facts: list[tuple[str, str]] = []
        with reporting(self.reporter):
            facts += _find_facts(body, book)
        self.prototypes += (each for each in book.prototypes if each not in self.prototypes)
        return CDescription(
            variable=body.variable,
            is_static=find_header(description) is None,
            comment="\n".join(write_comment(description.doc)) if description.doc else "",
            facts=tuple(facts),
            entries=tuple(entries),
            subsections=tuple(body.enter(one).variable for one in description.subsections),
            functions=tuple(book.functions),
            pairs=tuple(pairs),
        )

    def _write_facts(self, body: CBody) -> CDescription:
        """A description once more, inside an array of two; its functions exist already."""
        silent = DescriptionWriter(Reporter())
        return silent._write_one(body)


@contextmanager
def reporting(reporter: Reporter) -> Iterator[None]:
    """What cannot be said in C becomes a diagnostic, and the rest is still looked at."""
    try:
        yield
    except NotInC as refusal:
        reporter.report(NOT_IN_C, refusal.span, refusal.message, help=refusal.help)


def _write_step(
    step: Field | Unused | Validate, fields: FieldWriter, book: FunctionBook
) -> list[str]:
    match step:
        case Field():
            found = [fields.write(step), *book.write_checks(step)]
        case Unused():
            found = [fields.write_unused(step)]
        case Validate():
            found = list(book.write_checks(step))
    lines = write_comment(step.doc, " " * 8) if step.doc else []
    return [*lines, *(line for each in found for line in each.format())]


def _find_facts(body: CBody, book: FunctionBook) -> list[tuple[str, str]]:
    d: Description = body.description
    facts = [("name", quote(d.wire_name))]
    if d.unmigratable:
        facts.append(("unmigratable", "true"))
    facts.append(("version_id", str(d.version_id)))
    facts.append(("minimum_version_id", str(d.minimum_version_id)))
    facts += [(hook.value, book.find_hook(hook)) for hook in Hook]
    facts.append(("needed", book.find_needed()))
    return [(name, value) for name, value in facts if value]
