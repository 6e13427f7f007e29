"""From a stream and what is known of a program to the verdict whether that program would load it.

The walk is that of QEMU's loader: header, configuration, sections in order, their names, versions,
bytes, subsections and footers. QEMU stops at the first fault; all are given here, in its order.
What the knowledge cannot decide is listed apart: a hook, a condition that code decides, a layout
that was only recorded.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from vmsdl.expr.nodes import Extern
from vmsdl.qemu.load_check.configuration import check_configuration
from vmsdl.qemu.load_check.program import (
    KnownDevice,
    LoadingProgram,
    ObservedMachine,
    has_open_pointers,
)
from vmsdl.qemu.load_check.recorded_section import check_recorded, find_record, is_other_release
from vmsdl.qemu.load_check.section_body import check_body, check_footer
from vmsdl.qemu.load_check.sent_subsections import list_subsections
from vmsdl.qemu.load_check.verdict import (
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    LoadVerdict,
    OpenQuestion,
    ask_about,
)
from vmsdl.qemu.stream.framing import COMMANDS, Command, Configuration, Section, SectionType
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.reader import StreamError, StreamFault
from vmsdl.qemu.stream.stream import Device
from vmsdl.schema.description import LOADING_HOOKS, Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_structs
from vmsdl.schema.types import Opaque

_ITERABLE = ("ram", "s390-storage_attributes", "spapr/htab", "dirty-bitmap", "block")
_RAM_VERSION = 4
# Commands of a stream (migration/savevm.c: enum qemu_vm_cmd).
_OPEN_RETURN_PATH, _PING, _POSTCOPY_ADVISE, _POSTCOPY_LISTEN, _POSTCOPY_RUN = 1, 2, 3, 4, 5
_PACKAGED, _ENABLE_COLO, _POSTCOPY_RESUME, _SWITCHOVER_START = 7, 8, 9, 11
_SWITCHOVER_RELEASE = (10, 0)
# Commands that make sense only after another one.
_COMMAND_BEFORE = {
    _PING: _OPEN_RETURN_PATH,
    _POSTCOPY_LISTEN: _POSTCOPY_ADVISE,
    _POSTCOPY_RUN: _POSTCOPY_ADVISE,
}
# The length of a command's payload where it is fixed (migration/savevm.c: mig_cmd_args).
_COMMAND_LENGTHS = {
    _OPEN_RETURN_PATH: 0,
    _PING: 4,
    _POSTCOPY_LISTEN: 0,
    _POSTCOPY_RUN: 0,
    _PACKAGED: 4,
    _ENABLE_COLO: 0,
    _POSTCOPY_RESUME: 0,
    _SWITCHOVER_START: 0,
}


def check_load(incoming: PartialStream, program: LoadingProgram) -> LoadVerdict:
    """Would this program load this stream? A stream that breaks off is refused where QEMU stops."""
    findings = list(_check_parts(incoming, program))
    refused = {one.section for one in findings if isinstance(one, LoadRefusal)}
    end = _check_end(incoming, program, refused)
    return LoadVerdict.of([*findings, *end], len(incoming.devices))


def _check_parts(incoming: PartialStream, program: LoadingProgram) -> LoadFindings:
    yield from _check_unmigratable(incoming, program)
    if any(isinstance(part, Configuration) for part in incoming.parts) or not incoming.problem:
        yield from check_configuration(incoming, program)
    is_other = is_other_release(incoming, program)
    for part in incoming.parts:
        match part:
            case Command():
                yield from _check_command(part, incoming, program)
            case Section(offset=offset, kind=SectionType.FULL):
                device = incoming.devices[offset]
                yield from _check_device(device, incoming, program, is_other=is_other)
            case Section(kind=SectionType.START):
                yield from _check_start(part, incoming, program)
            case _:
                pass


def _check_end(incoming: PartialStream, program: LoadingProgram, refused: Set[str]) -> LoadFindings:
    """Where the stream breaks off; `refused` has the names of sections with a fault already."""
    if incoming.unterminated is not None:
        if incoming.unterminated.idstr not in refused:
            yield _refuse_unterminated(incoming.unterminated, incoming.view)
        yield OpenQuestion(doubt=LoadDoubt.REST_NOT_READ, offset=incoming.unterminated.stop)
    elif incoming.problem is not None:
        yield _refuse_broken(incoming, incoming.problem)
    if program.observed is None and incoming.devices:
        yield OpenQuestion(doubt=LoadDoubt.DEVICES_OF_MACHINE)


def _check_unmigratable(incoming: PartialStream, program: LoadingProgram) -> Iterator[LoadRefusal]:
    """A machine that has such a device refuses before it reads a byte."""
    for device in incoming.devices.values():
        known = program.find_devices(device.idstr)
        if known and all(one.description.unmigratable for one in known):
            yield LoadRefusal(
                fault=LoadFault.UNMIGRATABLE,
                section=device.idstr,
                offset=device.section.offset,
                name=known[0].description.name,
            )


# Where a stream breaks off ---------------------------------------------------------------------


def _refuse_unterminated(section: Section, view: memoryview) -> LoadRefusal:
    if section.stop < len(view):
        return check_footer(section, section.stop, view)
    return LoadRefusal(
        fault=LoadFault.SECTION_ENDED,
        section=section.idstr,
        instance_id=section.instance_id,
        offset=section.stop,
    )


def _refuse_broken(incoming: PartialStream, problem: StreamError) -> LoadRefusal:
    """What QEMU meets behind the last part that makes sense."""
    view = incoming.view
    offset = incoming.parts[-1].end if incoming.parts else 0
    fault = LoadFault.STREAM_ENDED
    name, received = "", 0
    if not incoming.parts:
        fault, received = LoadFault.STREAM_VERSION, int.from_bytes(view[4:8], "big")
        if bytes(view[:4]) != b"QEVM":
            fault = LoadFault.NOT_A_STREAM
    elif offset < len(view):
        type_byte = view[offset]
        if type_byte == 7 and len(incoming.parts) == 1:
            name = problem.name
            if problem.fault is StreamFault.CONFIGURATION_SUBSECTION:
                fault = LoadFault.CONFIGURATION_SUBSECTION_UNKNOWN
            elif problem.fault is StreamFault.CONFIGURATION_VERSION:
                fault = LoadFault.CONFIGURATION_SUBSECTION_VERSION
                received = problem.number & 0xFF  # a loader keeps eight bits
        elif type_byte in (SectionType.START, SectionType.FULL):
            fault = LoadFault.HEADER_ENDED
        elif problem.fault is StreamFault.SECTION_NOT_STARTED:
            fault = LoadFault.PART_UNKNOWN
            received = int.from_bytes(view[offset + 1 : offset + 5], "big")
        elif type_byte not in (SectionType.PART, SectionType.END, 8):
            fault, received = LoadFault.SECTION_TYPE_UNKNOWN, type_byte
    return LoadRefusal(
        fault=fault,
        section="",
        offset=problem.offset,
        name=name,
        received=received,
        detail=problem.message,
    )


# Commands and iterable sections ----------------------------------------------------------------


def _check_command(
    command: Command, incoming: PartialStream, program: LoadingProgram
) -> LoadFindings:
    number, offset = command.number, command.offset
    length = command.payload.stop - command.payload.start
    name = COMMANDS.get(number, "")
    expected = _COMMAND_LENGTHS.get(number)
    before = _COMMAND_BEFORE.get(number)

    def refuse(fault: LoadFault, *, received: int, local: int | None = None) -> LoadRefusal:
        return LoadRefusal(
            fault=fault,
            section="command",
            offset=offset,
            name=name,
            number=number,
            received=received,
            local=local,
            owner=COMMANDS[before] if before else "",
        )

    def ask(doubt: LoadDoubt, refusal: LoadRefusal | None = None) -> OpenQuestion:
        return OpenQuestion(
            doubt=doubt, section="command", offset=offset, name=name, refusal=refusal
        )

    if number not in COMMANDS:
        yield refuse(LoadFault.COMMAND_UNKNOWN, received=length)
    elif number == _SWITCHOVER_START and program.before <= _SWITCHOVER_RELEASE:
        yield refuse(LoadFault.COMMAND_TOO_NEW, received=length)
    elif expected is not None and length != expected:
        yield refuse(LoadFault.COMMAND_LENGTH, received=length, local=expected)
    elif number == _SWITCHOVER_START and program.oldest < _SWITCHOVER_RELEASE:
        refusal = refuse(LoadFault.COMMAND_TOO_NEW, received=length)
        yield ask(LoadDoubt.COMMAND_RELEASE, refusal)
    elif before is not None and not _has_command_before(command, before, incoming):
        is_ping = number == _PING
        fault = LoadFault.NO_RETURN_PATH if is_ping else LoadFault.POSTCOPY_NOT_ADVISED
        yield refuse(fault, received=int.from_bytes(incoming.view[command.payload], "big"))
    elif number not in (_OPEN_RETURN_PATH, _SWITCHOVER_START):
        yield ask(LoadDoubt.LIVE_COMMAND)


def _has_command_before(command: Command, number: int, incoming: PartialStream) -> bool:
    return any(
        isinstance(part, Command) and part.number == number and part.offset < command.offset
        for part in incoming.parts
    )


def _check_start(
    section: Section, incoming: PartialStream, program: LoadingProgram
) -> LoadFindings:
    idstr, offset = section.idstr, section.offset
    if idstr not in _ITERABLE:
        yield OpenQuestion(doubt=LoadDoubt.OWN_CODEC, section=idstr, offset=offset)
    if idstr != "ram":
        return
    if section.version_id != _RAM_VERSION:
        is_newer = section.version_id > _RAM_VERSION
        yield LoadRefusal(
            fault=LoadFault.RAM_TOO_NEW if is_newer else LoadFault.RAM_TOO_OLD,
            section=idstr,
            instance_id=section.instance_id,
            offset=offset,
            received=section.version_id,
            local=_RAM_VERSION,
        )
    elif program.observed is None:
        blocks = ", ".join(f"{name} 0x{b.size:x}" for name, b in incoming.blocks.items())
        yield OpenQuestion(
            doubt=LoadDoubt.BLOCKS_OF_MACHINE, section=idstr, offset=offset, detail=blocks
        )
    else:
        yield from _check_blocks(section, incoming, program.observed.blocks)


def _check_blocks(
    section: Section, incoming: PartialStream, local: Mapping[str, int]
) -> LoadFindings:
    for name, block in incoming.blocks.items():
        size = local.get(name)
        if size == block.size:
            continue
        refusal = LoadRefusal(
            fault=LoadFault.BLOCK_UNKNOWN if size is None else LoadFault.BLOCK_SIZE,
            section=section.idstr,
            instance_id=section.instance_id,
            offset=section.start,
            path=name,
            name=name,
            received=block.size,
            local=size,
        )
        # Tables that the firmware reads are made when it first asks, and may grow.
        if size is not None and name.startswith("/rom@"):
            yield ask_about(refusal, LoadDoubt.FIRMWARE_BLOCK_SIZE)
        else:
            yield refusal


# Devices ---------------------------------------------------------------------------------------


def _check_device(
    device: Device, incoming: PartialStream, program: LoadingProgram, *, is_other: bool
) -> LoadFindings:
    known = program.find_devices(device.idstr, device.instance_id)
    observed = program.observed
    unknown = LoadRefusal(
        fault=LoadFault.SECTION_UNKNOWN,
        section=device.idstr,
        instance_id=device.instance_id,
        offset=device.section.offset,
    )
    if observed is not None and (device.idstr, device.instance_id) not in observed.versions:
        yield ask_about(unknown, LoadDoubt.SECTION_NOT_SENT)
    elif not known and observed is not None:
        yield OpenQuestion(
            doubt=LoadDoubt.DEVICE_NOT_DESCRIBED,
            section=device.idstr,
            offset=device.section.offset,
        )
    elif not known and program.find_devices(device.idstr):
        yield unknown  # all instances of it are known
    elif not known:
        yield ask_about(unknown, LoadDoubt.DEVICE_UNKNOWN)
    else:
        # Several descriptions of one name: refused where each refuses.
        trials = [
            LoadVerdict.of(_try(device, incoming, program, one, is_other=is_other)) for one in known
        ]
        best = min(trials, key=_rank)
        if observed is not None and _is_own_state(device, observed):
            # What a machine saves, it loads; what these bytes mean to the sender is another matter.
            yield from (replace(each, may_refuse=False) for each in best.wrong_values)
            yield from (each for each in best.questions if each.doubt is LoadDoubt.BYTES_MOVED)
            return
        yield from best.refusals
        yield from best.wrong_values
        yield from best.questions


def _is_own_state(device: Device, observed: ObservedMachine) -> bool:
    """The program wrote these very bytes itself."""
    key = (device.idstr, device.instance_id)
    is_same_version = observed.versions.get(key) == device.version_id
    return is_same_version and observed.bodies.get(key) == device.data


def _rank(trial: LoadVerdict) -> tuple[bool, bool, int]:
    return bool(trial.refusals), bool(trial.wrong_values), len(trial.questions)


def _try(
    device: Device,
    incoming: PartialStream,
    program: LoadingProgram,
    known: KnownDevice,
    *,
    is_other: bool,
) -> LoadFindings:
    if known.description.unmigratable:
        return
    version_finding = _check_version(device, program, known)
    if version_finding is not None:  # QEMU reads no byte of the body
        yield version_finding
        return
    machine = program.machine or _find_machine(incoming)
    if known.origin is Origin.SCHEMA:
        yield from check_body(device, known, incoming, machine)
        yield from _ask_about_code(device, known, machine)
        return
    record = find_record(device)
    if (
        isinstance(record, OpenQuestion)
        and known.origin is Origin.STREAM
        and not device.is_described
    ):
        yield from check_body(device, known, incoming, machine)
    elif isinstance(record, OpenQuestion):
        yield record
    else:
        yield from check_recorded(
            device, record, known, program, incoming.view, is_other_release=is_other
        )
    yield OpenQuestion(
        doubt=LoadDoubt.CHECKS_NOT_RECORDED, section=device.idstr, offset=device.section.start
    )


def _find_machine(incoming: PartialStream) -> str | None:
    return incoming.configuration.machine if incoming.configuration else None


def _check_version(
    device: Device, program: LoadingProgram, known: KnownDevice
) -> LoadRefusal | OpenQuestion | None:
    description, offset = known.description, device.section.offset
    version, local = device.version_id, description.version_id
    minimum = description.minimum_version_id
    if version > local:
        return LoadRefusal(
            fault=LoadFault.SECTION_TOO_NEW,
            section=device.idstr,
            offset=offset,
            received=version,
            local=local,
        )
    if not known.is_complete and version < local:
        return OpenQuestion(
            doubt=LoadDoubt.OTHER_VERSION,
            section=device.idstr,
            offset=offset,
            received=version,
            local=local,
        )
    if version >= minimum:
        return None
    refusal = LoadRefusal(
        fault=LoadFault.SECTION_TOO_OLD,
        section=device.idstr,
        instance_id=device.instance_id,
        offset=offset,
        owner=description.wire_name,
        received=version,
        local=minimum,
    )
    # Until 6.2 a description could load still older versions by a function of its own
    # (load_state_old).
    is_certain = known.origin is Origin.SCHEMA or program.oldest >= (7, 0)
    return refusal if is_certain else ask_about(refusal, LoadDoubt.OLD_LOAD_FUNCTION)


def _ask_about_code(
    device: Device, known: KnownDevice, machine: str | None
) -> Iterator[OpenQuestion]:
    """What a schema leaves to code, once each."""
    asked: set[tuple[LoadDoubt, str, str, str]] = set()
    is_declared = machine in known.schema.machines
    for description in _find_sent(device, known):
        for doubt, name, detail in _find_code(description, is_declared):
            owner = description.wire_name
            # The question on a codec names no description: it is asked once for all of them.
            key = (doubt, "" if doubt is LoadDoubt.FIELD_CODEC else owner, name, detail)
            if key not in asked:
                asked.add(key)
                yield OpenQuestion(
                    doubt=doubt,
                    section=device.idstr,
                    offset=device.section.start,
                    path=description.name,
                    owner=owner,
                    name=name,
                    detail=detail,
                )


def _find_sent(device: Device, known: KnownDevice) -> Iterator[Description]:
    """The descriptions of a device without the subsections that this stream does not have."""
    record = find_record(device)
    sent = None if isinstance(record, OpenQuestion) else set(list_subsections(record))
    done: set[str] = set()
    waiting = [known.description]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += [each for each in one.subsections if sent is None or each.wire_name in sent]
        for name in dict.fromkeys(
            struct.name for each in one.fields for struct in find_structs(each.type)
        ):
            if name not in done:
                done.add(name)
                waiting.append(known.schema.descriptions[name])


def _find_code(description: Description, is_declared: bool) -> Iterator[tuple[LoadDoubt, str, str]]:
    """Doubt, name and detail of each question."""
    if description.properties and not is_declared:
        yield LoadDoubt.PROPERTIES_UNDECLARED, "", ""
    for hook in description.hooks:
        if hook in LOADING_HOOKS and description.find_set_places(hook) is None:
            yield LoadDoubt.HOOK, hook.value, ""
    for each in description.fields:
        if isinstance(each.condition, Extern):
            yield LoadDoubt.EXTERN_CONDITION, each.name, ""
        if has_open_pointers(each, description):
            yield LoadDoubt.POINTERS_OF_MACHINE, each.name, ""
        if (each.equal or each.bounded) and each.default is None:
            yield LoadDoubt.COMPARED_FIELD, each.name, ""
        if isinstance(each.type, Opaque) and each.type.codec is not None:
            yield LoadDoubt.FIELD_CODEC, each.name, each.type.codec
