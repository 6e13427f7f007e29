"""A section held against what was recorded of a program: a dump, a stream, or what was imported."""

from collections.abc import Iterator

from vmsdl.qemu.load_check.field_findings import FieldKnowledge, check_fields
from vmsdl.qemu.load_check.program import KnownDevice, LoadingProgram
from vmsdl.qemu.load_check.recorded_values import check_values
from vmsdl.qemu.load_check.release_range import find_age
from vmsdl.qemu.load_check.section_comparison import compare_section
from vmsdl.qemu.load_check.sent_subsections import check_subsections
from vmsdl.qemu.load_check.verdict import LoadDoubt, LoadFindings, OpenQuestion
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import DecodedRecord, ValuesError
from vmsdl.schema.recorded import Age, Origin


def find_record(device: Device) -> DecodedRecord | OpenQuestion:
    """The section by the stream's own description, or why there is none."""
    section, offset = device.idstr, device.section.start
    if not device.is_described:
        return OpenQuestion(doubt=LoadDoubt.NOT_DESCRIBED, section=section, offset=offset)
    try:
        return device.record()
    except ValuesError as error:
        return OpenQuestion(
            doubt=LoadDoubt.DESCRIPTION_MISFIT,
            section=section,
            offset=error.offset,
            path=error.path,
            detail=str(error),
        )


def check_recorded(
    device: Device,
    record: DecodedRecord,
    known: KnownDevice,
    program: LoadingProgram,
    view: memoryview,
    *,
    is_other_release: bool,
) -> LoadFindings:
    """What of a section is refused, lands in other fields, or is not known."""
    local = None
    if program.observed is not None:
        local = program.observed.records.get((device.idstr, device.instance_id))
    if local is not None:
        yield from check_values(device, record, local)
    comparison = compare_section(record, known.description, known.schema)
    numbers = {}
    if local is not None:
        numbers = compare_section(local, known.description, known.schema).numbers
    knowledge = FieldKnowledge(known.is_complete, is_other_release, numbers)
    yield from check_fields(device, comparison, knowledge, view)
    yield from check_subsections(device, record, known)


def is_other_release(incoming: PartialStream, program: LoadingProgram) -> bool:
    """Do the streams show that another release wrote the program's?

    One release gives its fields one name; what else differs may be another state.
    """
    age, own = find_age(incoming.parts), Age(program.oldest, program.before)
    if age.is_later_than(own) or own.is_later_than(age):
        return True
    return any(_shows_other_release(device, program) for device in incoming.devices.values())


def _shows_other_release(device: Device, program: LoadingProgram) -> bool:
    for known in _find_recorded(device, program):
        if device.version_id != known.description.version_id:
            return True
        record = find_record(device)
        if isinstance(record, OpenQuestion):
            continue
        if compare_section(record, known.description, known.schema).renamed:
            return True
    return False


def _find_recorded(device: Device, program: LoadingProgram) -> Iterator[KnownDevice]:
    return (
        one
        for one in program.find_devices(device.idstr, device.instance_id)
        if one.origin is Origin.STREAM
    )
