"""From a stream and what is known of a program to the reasons why that program would refuse it.

The walk is that of QEMU's loader: header, configuration, sections in order, their names, versions,
bytes, subsections and footers. QEMU stops at the first reason; all are given here, in its order.
What the knowledge cannot decide is listed apart: a hook, a condition that lives elsewhere, a layout
that was only recorded.
"""

from collections.abc import Iterator

from vmsdl.expr.nodes import Extern
from vmsdl.qemu.load_check import qemu_messages
from vmsdl.qemu.load_check.configuration import check_configuration
from vmsdl.qemu.load_check.program import KnownBodies, LoadingProgram, LoadVerdict, Reason
from vmsdl.qemu.load_check.qemu_messages import FailureSite, QemuMessage
from vmsdl.qemu.load_check.recorded_layout import check_compared, check_layout, check_names
from vmsdl.qemu.load_check.section_body import check_body, describe_footer
from vmsdl.qemu.stream.framing import COMMANDS, Command, Configuration, Section, SectionType
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.stream import Device, Stream
from vmsdl.schema.description import Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_reachable
from vmsdl.schema.types import Opaque

_ITERABLE = ("ram", "s390-storage_attributes", "spapr/htab", "dirty-bitmap", "block")
_RAM_VERSION = 4
_SWITCHOVER_START = 11
_SWITCHOVER_RELEASE = (10, 0)
_AFTER = {2: 1, 4: 3, 5: 3}  # commands that make sense only after another
# The length of a command's payload where it is fixed (migration/savevm.c: mig_cmd_args).
_LENGTHS = {1: 0, 2: 4, 4: 0, 5: 0, 7: 4, 8: 0, 9: 0, 11: 0}


def check_load(stream: Stream, program: LoadingProgram) -> LoadVerdict:
    """Would this program load this stream?"""
    return check_parts(PartialStream.of(stream.view), program)


def check_parts(incoming: PartialStream, program: LoadingProgram) -> LoadVerdict:
    """The same of any bytes: what breaks a stream is a reason too, where QEMU stops there."""
    verdict = LoadVerdict()
    _blocked(incoming, program, verdict)
    if any(isinstance(part, Configuration) for part in incoming.parts) or not incoming.problem:
        check_configuration(incoming, program, verdict)
    for part in incoming.parts:
        match part:
            case Command():
                _command(part, incoming, program, verdict)
            case Section(offset=offset, kind=SectionType.FULL):
                _device(incoming.devices[offset], incoming, program, verdict)
            case Section(kind=SectionType.START):
                _start(part, incoming, program, verdict)
            case _:
                pass
    if incoming.problem is not None:
        _broken(incoming, verdict)
    if program.shown is None and incoming.devices:
        why = "the machine must have every device that the stream has a section of"
        verdict.undecided.append(Reason("", "", 0, why))
    return verdict


def _blocked(incoming: PartialStream, program: LoadingProgram, verdict: LoadVerdict) -> None:
    """A machine that has such a device says so before it reads a byte."""
    for device in incoming.devices.values():
        found = program.named(device.idstr)
        if found and all(known.description.unmigratable for known in found):
            why = f"`{found[0].description.name}` is unmigratable"
            words = qemu_messages.blocked(device.idstr)
            place = device.section.offset
            verdict.reasons.append(Reason(device.idstr, "", place, why, words))


# What breaks off -------------------------------------------------------------------------------


def _broken(incoming: PartialStream, verdict: LoadVerdict) -> None:
    problem, view = incoming.problem, incoming.view
    assert problem is not None
    last = incoming.endless
    if last is not None:
        if not any(reason.section == last.idstr for reason in verdict.reasons):
            words = describe_footer(last.idstr, last.section_id, last.stop, view)
            why = "no footer of this section follows anywhere"
            if last.stop == len(view):
                words = qemu_messages.body_ended(FailureSite(last.idstr, last.instance_id))
                why = "the stream ends within this section"
            verdict.reasons.append(Reason(last.idstr, "", last.stop, why, words))
        why = "what follows cannot be found: it was not looked at"
        verdict.undecided.append(Reason("", "", last.stop, why))
        return
    offset = incoming.parts[-1].end if incoming.parts else 0
    words = _break(incoming, offset, problem.message)
    verdict.reasons.append(Reason("", "", problem.offset, problem.message, words))


def _break(incoming: PartialStream, offset: int, message: str) -> QemuMessage:
    """What QEMU says of bytes, behind the last part that makes sense."""
    view = incoming.view
    if not incoming.parts:
        if bytes(view[:4]) != b"QEVM":
            return qemu_messages.not_a_stream()
        return qemu_messages.wrong_version(int.from_bytes(view[4:8], "big"))
    if offset >= len(view):
        return qemu_messages.ended()
    kind = view[offset]
    if kind == 7 and len(incoming.parts) == 1:
        return _broken_configuration(incoming, offset, message)
    if kind in (SectionType.START, SectionType.FULL):
        return qemu_messages.ended_in_header()
    section_id = int.from_bytes(view[offset + 1 : offset + 5], "big")
    if kind in (SectionType.PART, SectionType.END) and "never began" in message:
        return qemu_messages.unknown_part(section_id)
    if kind in (2, 3, 8):
        return qemu_messages.ended()
    return qemu_messages.unknown_type(kind)


def _broken_configuration(incoming: PartialStream, offset: int, message: str) -> QemuMessage:
    name = message.partition("`")[2].partition("`")[0]
    if message.startswith("unknown subsection"):
        return qemu_messages.unknown_in_configuration(name)
    if message.startswith("version"):
        version = int(message.split()[1]) & 0xFF
        return qemu_messages.configuration_version(name, version)
    return qemu_messages.ended()


# Commands and iterable sections ----------------------------------------------------------------


def _command(
    command: Command, incoming: PartialStream, program: LoadingProgram, verdict: LoadVerdict
) -> None:
    number, offset = command.number, command.offset
    length = command.payload.stop - command.payload.start
    name = COMMANDS.get(number)
    unknown = qemu_messages.unknown_command(number, length)
    expected = _LENGTHS.get(number)
    if name is None:
        reason = Reason("command", "", offset, "no release has such a command", unknown)
        verdict.reasons.append(reason)
    elif number == _SWITCHOVER_START and program.before <= _SWITCHOVER_RELEASE:
        why = f"{name} came with 10.0, and the program is older"
        verdict.reasons.append(Reason("command", "", offset, why, unknown))
    elif expected is not None and length != expected:
        words = qemu_messages.command_length(name, expected, length)
        why = f"{name} has {length} bytes"
        verdict.reasons.append(Reason("command", "", offset, why, words))
    elif number == _SWITCHOVER_START and program.oldest < _SWITCHOVER_RELEASE:
        why = f"{name} came with 10.0, and the program's release is not known"
        verdict.undecided.append(Reason("command", "", offset, why, unknown))
    elif number in _AFTER and not _came_before(command, _AFTER[number], incoming):
        why = f"{COMMANDS[_AFTER[number]]} must come before {name}"
        value = int.from_bytes(incoming.view[command.payload], "big")
        words = (
            qemu_messages.no_return_path(value) if number == 2 else qemu_messages.not_advised(name)
        )
        verdict.reasons.append(Reason("command", "", offset, why, words))
    elif number not in (1, _SWITCHOVER_START):
        why = f"{name} belongs to a migration between two running programs"
        verdict.undecided.append(Reason("command", "", offset, why))


def _came_before(command: Command, number: int, incoming: PartialStream) -> bool:
    return any(
        isinstance(part, Command) and part.number == number and part.offset < command.offset
        for part in incoming.parts
    )


def _start(
    section: Section, incoming: PartialStream, program: LoadingProgram, verdict: LoadVerdict
) -> None:
    idstr, version, place = section.idstr, section.version_id, section.offset
    if idstr not in _ITERABLE:
        why = "a section with a codec of its own"
        verdict.undecided.append(Reason(idstr, "", place, why))
    if idstr != "ram":
        return
    site = FailureSite(idstr, section.instance_id)
    if version != _RAM_VERSION:
        words = qemu_messages.refused(site)
        if version > _RAM_VERSION:
            words = qemu_messages.section_too_new(idstr, version, _RAM_VERSION)
        why = f"version {version} of RAM: every release has {_RAM_VERSION}"
        verdict.reasons.append(Reason(idstr, "", place, why, words))
    elif program.shown is None:
        blocks = ", ".join(f"{name} 0x{b.size:x}" for name, b in incoming.blocks.items())
        why = f"the machine must have these RAM blocks: {blocks}"
        verdict.undecided.append(Reason(idstr, "", place, why))
    else:
        _blocks(section, incoming, program.shown.blocks, verdict)


def _blocks(
    section: Section,
    incoming: PartialStream,
    local: "dict[str, int] | object",
    verdict: LoadVerdict,
) -> None:
    assert isinstance(local, dict)
    site = FailureSite(section.idstr, section.instance_id)
    for name, block in incoming.blocks.items():
        size = local.get(name)
        if size is None:
            why = f"the program's machine has no RAM block `{name}`"
            words = qemu_messages.unknown_block(name, site)
        elif size != block.size:
            why = f"the RAM block `{name}` has another size"
            words = qemu_messages.block_size(name, block.size, size, site)
        else:
            continue
        reason = Reason(section.idstr, name, section.start, why, words)
        # Tables that the firmware reads are made when it first asks, and may grow.
        is_firm = size is None or not name.startswith("/rom@")
        (verdict.reasons if is_firm else verdict.undecided).append(reason)


# Devices ---------------------------------------------------------------------------------------


def _device(
    device: Device, incoming: PartialStream, program: LoadingProgram, verdict: LoadVerdict
) -> None:
    found = program.named(device.idstr)
    place = device.section.offset
    shown = program.shown
    if shown is not None and (device.idstr, device.instance_id) not in shown.versions:
        words = qemu_messages.unknown_section(device.idstr, device.instance_id)
        why = "the other machine sent no such section; it may have the device all the same"
        verdict.undecided.append(Reason(device.idstr, "", place, why, words))
        return
    if not found:
        words = qemu_messages.unknown_section(device.idstr, device.instance_id)
        why = "the program's description of it is not known"
        if shown is not None:
            why, words = "the other stream does not describe it either", qemu_messages.NOTHING
        verdict.undecided.append(Reason(device.idstr, "", place, why, words))
        return
    # Several descriptions of one name: refused where each refuses.
    trials = [_try(device, incoming, program, known) for known in found]
    best = min(trials, key=lambda trial: (bool(trial.reasons), len(trial.undecided)))
    verdict.reasons += best.reasons
    verdict.undecided += best.undecided


def _try(
    device: Device, incoming: PartialStream, program: LoadingProgram, known: KnownBodies
) -> LoadVerdict:
    verdict = LoadVerdict()
    if known.description.unmigratable or not _version(device, program, known, verdict):
        return verdict
    if known.origin is not Origin.DUMP and program.shown is None:
        machine = program.machine or _machine_of(incoming)
        check_body(device, known, incoming, machine, verdict)
        verdict.undecided += _open_questions(device, known, machine)
    else:
        check_names(device, known, verdict)
        check_compared(device, program, verdict)
        check_layout(device, program, verdict)
    return verdict


def _machine_of(incoming: PartialStream) -> str | None:
    return incoming.configuration.machine if incoming.configuration else None


def _version(
    device: Device, program: LoadingProgram, known: KnownBodies, verdict: LoadVerdict
) -> bool:
    """Is it worth reading on?"""
    description, place = known.description, device.section.offset
    version, local = device.version_id, description.version_id
    minimum = description.minimum_version_id
    if version > local:
        words = qemu_messages.section_too_new(device.idstr, version, local)
        why = f"version {version} is newer than the program's {local}"
        verdict.reasons.append(Reason(device.idstr, "", place, why, words))
        return False
    if known.origin is Origin.STREAM and version < local:
        why = f"a stream shows version {local}, and not whether {version} is loaded"
        verdict.undecided.append(Reason(device.idstr, "", place, why))
        return False
    if version < minimum:
        site = FailureSite(device.idstr, device.instance_id)
        words = qemu_messages.version_too_old(description.wire_name, version, minimum, site)
        why = f"version {version} is older than the oldest that loads"
        reason = Reason(device.idstr, "", place, why, words)
        # Until 6.2 a description could load still older versions by a function of its own.
        is_known = known.origin is Origin.SCHEMA or program.oldest >= (7, 0)
        (verdict.reasons if is_known else verdict.undecided).append(reason)
        return False
    return True


def _open_questions(device: Device, known: KnownBodies, machine: str | None) -> Iterator[Reason]:
    """What of a schema decides outside of it, once each."""
    seen: set[str] = set()
    for description in find_reachable(known.schema, known.description):
        for why in _questions(description, machine in known.schema.machines):
            if why not in seen:
                seen.add(why)
                yield Reason(device.idstr, description.name, device.section.start, why)
    if known.origin is Origin.STREAM:
        why = "its checks and hooks were not recorded"
        yield Reason(device.idstr, "", device.section.start, why)


def _questions(description: Description, is_declared: bool) -> Iterator[str]:
    name = description.wire_name
    if description.properties and not is_declared:
        yield f"the properties of `{name}` have their defaults: its machine is not declared"
    for hook in description.hooks:
        if hook.value.endswith("load"):
            yield f"the hook {hook.value} of `{name}` may refuse"
    for each in description.fields:
        if isinstance(each.condition, Extern):
            yield f"whether `{name}` has `{each.name}` is decided elsewhere"
        if (each.equal or each.bounded) and each.default is None:
            yield f"`{each.name}` of `{name}` is compared with the program's own value"
        if isinstance(each.type, Opaque) and each.type.codec is not None:
            yield f"the codec of `{each.name}` ({each.type.codec}) may refuse"
