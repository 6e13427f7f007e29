"""From a refusal or an open question to words: QEMU's own, and ours for people.

QEMU's are those of 7.2, line by line; 10.0 says the same (migration/savevm.c, vmstate.c,
vmstate-types.c, ram.c). Where the first line of 11.1 differs, it is given too. A line is as QEMU
prints it, without the program's name before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vmsdl.qemu.load_check.verdict import (
    CheckOutcome,
    LoadDoubt,
    LoadFault,
    LoadRefusal,
    LoadVerdict,
    OpenQuestion,
    WrongValue,
)
from vmsdl.resources import read_package_text

# The last line names the error number (strerror).
_INVALID = "Invalid argument"
_ABSENT = "No such file or directory"
_SHORT = "Input/output error"
_FAILED = "Operation not permitted"
_UNSUPPORTED = "Operation not supported"
_RANGE = "Numerical result out of range"


@dataclass(frozen=True, slots=True)
class QemuMessage:
    """The lines of 7.2 and 10.0; and what 11.1 says where its first line differs."""

    lines: tuple[str, ...] = ()
    since_11_1: str | None = None

    @property
    def text(self) -> str:
        return "; ".join(self.lines)


def quote_qemu(item: LoadRefusal | OpenQuestion) -> QemuMessage:
    """What QEMU says; no line where a question has no refusal."""
    refusal = item.refusal if isinstance(item, OpenQuestion) else item
    return QemuMessage() if refusal is None else _QUOTES[refusal.fault](refusal)


def _message(
    lines: Sequence[str], error: str = _INVALID, since_11_1: str | None = None
) -> QemuMessage:
    return QemuMessage((*lines, f"load of migration failed: {error}"), since_11_1)


def _trace(refusal: LoadRefusal) -> list[str]:
    """What QEMU says after the fault itself, once for each level."""
    outer = [f"Failed to load {owner}:{field}" for owner, field in refusal.fields]
    where = f"instance 0x{refusal.instance_id:x} of device '{refusal.section}'"
    return [*outer, f"error while loading state for {where}"]


def _too_new(name: str, version: object, local: object) -> str:
    return f"{name}: incoming version_id {version} is too new for local version_id {local}"


def _too_old(name: str, version: object, minimum: object, space: str = "  ") -> str:
    what = f"incoming version_id {version} is too old for local minimum version_id"
    return f"{name}: {what}{space}{minimum}"


def _quote_version_too_old(r: LoadRefusal) -> QemuMessage:
    later = _too_old(r.owner, r.received, r.local, " ")
    return _message([_too_old(r.owner, r.received, r.local), *_trace(r)], since_11_1=later)


def _quote_stream_version(r: LoadRefusal) -> QemuMessage:
    obsolete = "SaveVM v2 format is obsolete and don't work anymore"
    unknown = "Unsupported migration stream version"
    return _message([obsolete if r.received == 2 else unknown], _UNSUPPORTED)


def _quote_section_type(type_byte: object) -> QemuMessage:
    later = f"Unknown section type {type_byte}"
    return _message([f"Unknown savevm section type {type_byte}"], since_11_1=later)


def _quote_configuration_subsection(r: LoadRefusal) -> QemuMessage:
    later = f"VM subsection '{r.name}' in 'configuration' does not exist"
    return _message([], _ABSENT, later)


def _quote_configuration_version(r: LoadRefusal) -> QemuMessage:
    assert isinstance(r.received, int)
    if r.received > 1:
        return _message([_too_new(r.name, r.received, 1)])
    later = _too_old(r.name, r.received, 1, " ")
    return _message([_too_old(r.name, r.received, 1)], since_11_1=later)


def _quote_capability_unknown(r: LoadRefusal) -> QemuMessage:
    fields = "Failed to load configuration/capabilities:capabilities"
    return _message([f"Received unknown capability {r.name}", fields])


def _quote_unknown_command(r: LoadRefusal) -> QemuMessage:
    return _message([f"MIG_CMD 0x{r.number:x} unknown (len 0x{r.received:x})"])


def _quote_section_unknown(r: LoadRefusal) -> QemuMessage:
    rest = (
        f"section or instance '{r.section}' {r.instance_id}. Make sure that your current VM setup "
        "matches your saved VM setup, including any hotplugged devices"
    )
    return _message([f"Unknown savevm {rest}"], since_11_1=f"Unknown {rest}")


def _quote_section_too_new(r: LoadRefusal) -> QemuMessage:
    line = f"unsupported version {r.received} for '{r.section}' v{r.local}"
    return _message([f"savevm: {line}"], since_11_1=line)


def _quote_subsection_unknown(r: LoadRefusal) -> QemuMessage:
    later = f"VM subsection '{r.name}' in '{r.owner}' does not exist"
    return _message(_trace(r), _ABSENT, later)


def _quote_other_footer(r: LoadRefusal) -> QemuMessage:
    numbers = f"read 0x{r.received:x} expected 0x{r.local:x}"
    return _message([f"Mismatched section id in footer for {r.section} - {numbers}"])


def _quote_block_size(r: LoadRefusal) -> QemuMessage:
    sizes = f"0x{r.received:x} != 0x{r.local:x}"
    return _message([f"Size mismatch: {r.name}: {sizes}: {_INVALID}", *_trace(r)])


def _quote_above(r: LoadRefusal) -> QemuMessage:
    bound = "its own" if r.local is None else r.local
    line = f"Invalid value {r.received} expecting positive value <= {bound}"
    return _message([line, *_trace(r)])


def _quote_marker(r: LoadRefusal) -> QemuMessage:
    line = "vmstate: get_nullptr expected VMS_NULLPTR_MARKER"
    return _message([line, *_trace(r)], since_11_1=f"Unexpected ptr marker: {r.received}")


def _quote_pci_config(r: LoadRefusal) -> QemuMessage:
    line = f"Bad config data: i=0x{r.number:x} read: {r.received:x} device: {r.local:x}"
    masks = f"cmask: {r.mask:x} wmask: 0 w1cmask:0"
    return _message([f"get_pci_config_device: {line} {masks}", *_trace(r)])


_QUOTES: dict[LoadFault, Callable[[LoadRefusal], QemuMessage]] = {
    LoadFault.NOT_A_STREAM: lambda r: _message(["Not a migration stream"]),
    LoadFault.STREAM_VERSION: _quote_stream_version,
    LoadFault.SECTION_TYPE_UNKNOWN: lambda r: _quote_section_type(r.received),
    LoadFault.STREAM_ENDED: lambda r: _message([], _SHORT, "stream error: -5"),
    LoadFault.HEADER_ENDED: lambda r: _message(
        ["qemu_loadvm_section_start_full: Failed to read instance/version ID: -5"], _SHORT
    ),
    LoadFault.UNMIGRATABLE: lambda r: _message(
        [f"State blocked by non-migratable device '{r.section}'"]
    ),
    LoadFault.CONFIGURATION_MISSING: lambda r: _message(["Configuration section missing"]),
    LoadFault.CONFIGURATION_UNEXPECTED: lambda r: _quote_section_type(7),
    LoadFault.CONFIGURATION_SUBSECTION_UNKNOWN: _quote_configuration_subsection,
    LoadFault.CONFIGURATION_SUBSECTION_VERSION: _quote_configuration_version,
    LoadFault.MACHINE_DIFFERS: lambda r: _message(
        [f"Machine type received is '{r.received}' and local is '{r.local}'"]
    ),
    LoadFault.PAGE_BITS_DIFFER: lambda r: _message(
        [f"Received TARGET_PAGE_BITS is {r.received} but local is {r.local}"]
    ),
    LoadFault.CAPABILITY_OFF: lambda r: _message(
        [f"Capability {r.name} is off, but received capability is on"]
    ),
    LoadFault.CAPABILITY_UNKNOWN: _quote_capability_unknown,
    LoadFault.UUID_DIFFERS: lambda r: _message(
        [f"UUID received is {r.received} and local is {r.local}"]
    ),
    LoadFault.COMMAND_UNKNOWN: _quote_unknown_command,
    LoadFault.COMMAND_TOO_NEW: _quote_unknown_command,
    LoadFault.COMMAND_LENGTH: lambda r: _message(
        [f"{r.name} received with bad length - expecting {r.local}, got {r.received}"], _RANGE
    ),
    LoadFault.NO_RETURN_PATH: lambda r: _message(
        [f"CMD_PING (0x{r.received:x}) received with no return path"], _FAILED
    ),
    LoadFault.POSTCOPY_NOT_ADVISED: lambda r: _message(
        [f"CMD_{r.name} in wrong postcopy state (0)"], _FAILED
    ),
    LoadFault.SECTION_UNKNOWN: _quote_section_unknown,
    LoadFault.PART_UNKNOWN: lambda r: _message(
        [f"Unknown savevm section {r.received}"], since_11_1=f"Unknown section {r.received}"
    ),
    LoadFault.SECTION_TOO_NEW: _quote_section_too_new,
    LoadFault.SECTION_TOO_OLD: _quote_version_too_old,
    LoadFault.SECTION_ENDED: lambda r: _message(_trace(r), _SHORT, "stream error: -5"),
    LoadFault.FOOTER_MISSING: lambda r: _message([f"Missing section footer for {r.section}"]),
    LoadFault.FOOTER_OF_OTHER_SECTION: _quote_other_footer,
    LoadFault.FOOTER_ENDED: lambda r: _message(
        ["check_section_footer: Read section footer failed: -5"]
    ),
    LoadFault.RAM_TOO_NEW: _quote_section_too_new,
    LoadFault.RAM_TOO_OLD: lambda r: _message(_trace(r)),
    LoadFault.BLOCK_UNKNOWN: lambda r: _message(
        [f'Unknown ramblock "{r.name}", cannot accept migration', *_trace(r)]
    ),
    LoadFault.BLOCK_SIZE: _quote_block_size,
    LoadFault.VERSION_TOO_NEW: lambda r: _message(
        [_too_new(r.owner, r.received, r.local), *_trace(r)]
    ),
    LoadFault.VERSION_TOO_OLD: _quote_version_too_old,
    LoadFault.SUBSECTION_UNKNOWN: _quote_subsection_unknown,
    LoadFault.BODY_ENDED: lambda r: _message(_trace(r), _SHORT, "stream error: -5"),
    LoadFault.RULE_FAILED: lambda r: _message(
        [f"Input validation failed: {r.owner}/{r.name}", *_trace(r)], _FAILED
    ),
    LoadFault.NOT_EQUAL: lambda r: _message([f"{r.local:x} != {r.received:x}", *_trace(r)]),
    LoadFault.ABOVE_BOUND: _quote_above,
    LoadFault.POINTER_MARKER: _quote_marker,
    LoadFault.PCI_CONFIG_DIFFERS: _quote_pci_config,
    LoadFault.REGISTER_UNKNOWN: lambda r: _message(_trace(r), _FAILED),
    LoadFault.REGISTER_DIFFERS: lambda r: _message(_trace(r), _FAILED),
    LoadFault.LOAD_FAILED: lambda r: _message(_trace(r)),
    LoadFault.CODEC_LIMIT: lambda r: _message(_trace(r)),
}


# For people ------------------------------------------------------------------------------------


def explain(item: LoadRefusal | OpenQuestion) -> str:
    """Why it is refused or not decided, in a sentence for people."""
    if isinstance(item, LoadRefusal):
        return _explain_refusal(item)
    refusal = "" if item.refusal is None else _explain_refusal(item.refusal)
    return _DOUBTS[item.doubt].format(q=item, r=item.refusal, refusal=refusal)


def _explain_refusal(refusal: LoadRefusal) -> str:
    at = f"{refusal.path}: " if refusal.path else ""
    if refusal.detail:  # what a codec or the reader of the stream said
        return f"{at}{refusal.detail}"
    if refusal.surplus is not None:
        return f"{at}{_explain_surplus(refusal.surplus)}"
    return _FAULTS[refusal.fault].format(r=refusal)


def _explain_surplus(surplus: int) -> str:
    if not surplus:
        return "the section's footer does not follow its body"
    count = f"{abs(surplus)} byte{'' if abs(surplus) == 1 else 's'}"
    return f"the section has {count} {'more' if surplus > 0 else 'fewer'} than the program reads"


_NO_FOOTER = "this section has no footer"
_BELOW_MINIMUM = "version {r.received} is older than the program's minimum version"

# What is not here has a `detail`.
_FAULTS = {
    LoadFault.UNMIGRATABLE: "`{r.name}` is unmigratable",
    LoadFault.CONFIGURATION_MISSING: (
        "the stream has no configuration: only machine types of QEMU 2.3 and older send none"
    ),
    LoadFault.CONFIGURATION_UNEXPECTED: "`{r.name}` expects no configuration",
    LoadFault.MACHINE_DIFFERS: "the machine types differ",
    LoadFault.PAGE_BITS_DIFFER: "the page sizes differ",
    LoadFault.CAPABILITY_OFF: "capability {r.name} must be enabled on the destination",
    LoadFault.CAPABILITY_UNKNOWN: "unknown capability {r.name}: no QEMU release has it",
    LoadFault.UUID_DIFFERS: "the UUIDs differ",
    LoadFault.COMMAND_UNKNOWN: "unknown command: no QEMU release has it",
    LoadFault.COMMAND_TOO_NEW: "{r.name} requires QEMU 10.0, and the program is older",
    LoadFault.COMMAND_LENGTH: "wrong length of {r.name}: {r.received} bytes",
    LoadFault.NO_RETURN_PATH: "{r.owner} must come before {r.name}",
    LoadFault.POSTCOPY_NOT_ADVISED: "{r.owner} must come before {r.name}",
    LoadFault.SECTION_UNKNOWN: "the program has no such section",
    LoadFault.SECTION_TOO_NEW: "version {r.received} is newer than the program's {r.local}",
    LoadFault.SECTION_TOO_OLD: _BELOW_MINIMUM,
    LoadFault.SECTION_ENDED: "unexpected end of the stream in this section",
    LoadFault.FOOTER_MISSING: _NO_FOOTER,
    LoadFault.FOOTER_OF_OTHER_SECTION: _NO_FOOTER,
    LoadFault.FOOTER_ENDED: _NO_FOOTER,
    LoadFault.RAM_TOO_NEW: "RAM has version {r.received}, but every QEMU release has {r.local}",
    LoadFault.RAM_TOO_OLD: "RAM has version {r.received}, but every QEMU release has {r.local}",
    LoadFault.BLOCK_UNKNOWN: "the program's machine has no RAM block `{r.name}`",
    LoadFault.BLOCK_SIZE: "RAM block `{r.name}` has a different size",
    LoadFault.VERSION_TOO_NEW: (
        "version {r.received} of `{r.owner}` is newer than the program's {r.local}"
    ),
    LoadFault.VERSION_TOO_OLD: (
        "version {r.received} of `{r.owner}` is older than the program's minimum version"
    ),
    LoadFault.SUBSECTION_UNKNOWN: "`{r.owner}` has no subsection `{r.name}`",
    LoadFault.NOT_EQUAL: "`{r.path}` is {r.received}, but the program has {r.local}",
    LoadFault.ABOVE_BOUND: "`{r.path}` is {r.received}, but the program allows {r.local}",
    LoadFault.PCI_CONFIG_DIFFERS: (
        "the PCI device is another one: its {r.name} differs (byte {r.number} is "
        "0x{r.received:02x}, the program's is 0x{r.local:02x})"
    ),
    LoadFault.REGISTER_UNKNOWN: "the program's CPU has no register 0x{r.number:x}",
    LoadFault.REGISTER_DIFFERS: (
        "the CPU is another one: its constant register 0x{r.number:x} is 0x{r.received:x}, the "
        "program's is 0x{r.local:x}"
    ),
}

# q: the question; r: its refusal; refusal: the words for that
_DOUBTS = {
    LoadDoubt.REST_NOT_READ: (
        "the rest of the stream was not checked: cannot find where it continues"
    ),
    LoadDoubt.DEVICES_OF_MACHINE: (
        "the machine must have every device that has a section in the stream"
    ),
    LoadDoubt.CONFIGURATION_MISSING: "{refusal}",
    LoadDoubt.MACHINE_UNDECLARED: (
        "machine type `{q.name}` is not declared, and the program's machine type is unknown"
    ),
    LoadDoubt.MACHINE_ALIAS: "`{q.name}` is an alias of a machine type whose version is unknown",
    LoadDoubt.PAGE_BITS: "the machine must have pages of {q.received} bits",
    LoadDoubt.PAGE_BITS_OF_ONE: "only one of the two streams has a page size",
    LoadDoubt.CAPABILITY: "{refusal}",
    LoadDoubt.UUID: "a machine with a UUID other than {q.name} refuses the stream",
    LoadDoubt.COMMAND_RELEASE: "{q.name} requires QEMU 10.0, and the program's release is unknown",
    LoadDoubt.LIVE_COMMAND: "{q.name} is used only in a migration between two running programs",
    LoadDoubt.OWN_CODEC: "the section has its own codec",
    LoadDoubt.BLOCKS_OF_MACHINE: "the machine must have these RAM blocks: {q.detail}",
    LoadDoubt.FIRMWARE_BLOCK_SIZE: "{refusal}",
    LoadDoubt.SECTION_NOT_SENT: (
        "the other machine sent no such section, but can still have the device"
    ),
    LoadDoubt.DEVICE_UNKNOWN: "the program's description of the section is unknown",
    LoadDoubt.DEVICE_NOT_DESCRIBED: "the other stream does not describe the section either",
    LoadDoubt.OTHER_VERSION: (
        "the other stream has version {q.local}; it is unknown whether the program loads "
        "{q.received}"
    ),
    LoadDoubt.OLD_LOAD_FUNCTION: "{refusal}",
    LoadDoubt.CODEC_UNKNOWN: "the codec of `{q.owner}` is unknown",
    LoadDoubt.NOT_DESCRIBED: "the stream does not describe the section",
    LoadDoubt.DESCRIPTION_MISFIT: "{q.detail}",
    LoadDoubt.SUBSECTION_NOT_SHOWN: "no stream has subsection `{q.name}` of `{q.owner}`",
    LoadDoubt.LAYOUT_MAY_DIFFER: "{refusal}, unless it depends on the state or on a version",
    LoadDoubt.FIELD_NOT_COMPARED: "`{q.name}` has a codec of its own, which may write other bytes",
    LoadDoubt.BYTES_MOVED: "bytes of `{q.name}` that are not zero arrive in `{q.owner}`",
    LoadDoubt.REGISTER_MAY_BE_TOLERATED: "{refusal}; it may tolerate that",
    LoadDoubt.COMPARED_VALUE: (
        "`{q.path}` is {r.received}, but was {r.local} in the other machine, which compares it"
    ),
    LoadDoubt.CHECKS_NOT_RECORDED: "its checks and hooks were not recorded",
    LoadDoubt.PROPERTIES_UNDECLARED: (
        "default values are assumed for the properties of `{q.owner}`: its machine type "
        "is not declared"
    ),
    LoadDoubt.HOOK: "hook {q.name} of `{q.owner}` can refuse the state",
    LoadDoubt.EXTERN_CONDITION: (
        "the presence of `{q.name}` in `{q.owner}` is decided outside the schema"
    ),
    LoadDoubt.POINTERS_OF_MACHINE: (
        "the program's machine decides which pointers of `{q.name}` in `{q.owner}` are null"
    ),
    LoadDoubt.COMPARED_FIELD: "`{q.name}` of `{q.owner}` is compared with the program's own value",
    LoadDoubt.FIELD_CODEC: "the codec of `{q.name}` ({q.detail}) can refuse the state",
    LoadDoubt.LAYOUT_OF_OTHER_STATE: "{refusal}; the layout was recorded in another state",
    LoadDoubt.LIMIT_OF_CODEC: "{refusal}; this is a limit of the generated codec",
    LoadDoubt.FIELD_MAY_BE_ABSENT: (
        "{refusal}; the presence of a field in `{q.owner}` is decided outside the schema"
    ),
    LoadDoubt.POINTERS_MAY_BE_NULL: (
        "{refusal}; neither the stream nor the schema says which pointers of `{q.owner}` are null"
    ),
    LoadDoubt.OTHER_PROPERTIES: (
        "{refusal}; other properties would accept it, and the machine type is not declared"
    ),
    LoadDoubt.FREE_PROPERTY: (
        "{refusal}; `{q.name}` is a property, and the machine type is not declared"
    ),
}


def explain_wrong_value(item: WrongValue) -> str:
    value = "" if item.value is None else f" (it is {int(item.value)})"
    return f"`{item.path}` arrives as `{item.arrives_as}`{value}"


_HEADLINES = {
    CheckOutcome.LOADS: "loads",
    CheckOutcome.REFUSED: "refused",
    CheckOutcome.WRONG_VALUES: "loads with wrong values",
}


def make_headline(verdict: LoadVerdict) -> str:
    """The outcome in a few words."""
    if verdict.outcome is CheckOutcome.WRONG_VALUES and any(
        each.may_refuse for each in verdict.wrong_values
    ):
        return "refused, or loads with wrong values"
    if verdict.outcome is not CheckOutcome.NOT_DECIDED:
        return _HEADLINES[verdict.outcome]
    open_count = verdict.not_compared
    if open_count == 0:
        return f"not decided: all {verdict.sections} sections fit, but not all code is known"
    return f"not decided: {open_count} of {verdict.sections} sections could not be compared"


# What would answer a question, by the cheapest means first.
_MACHINE, _STREAM, _DUMP, _SOURCE = (
    "--machine NAME",
    "a stream of the program, in this machine",
    "a dump of the program (-dump-vmstate)",
    "the program's C source",
)
_ANSWERS = {
    **dict.fromkeys(
        (
            LoadDoubt.MACHINE_UNDECLARED,
            LoadDoubt.MACHINE_ALIAS,
            LoadDoubt.PROPERTIES_UNDECLARED,
            LoadDoubt.OTHER_PROPERTIES,
            LoadDoubt.FREE_PROPERTY,
            LoadDoubt.CONFIGURATION_MISSING,
            LoadDoubt.COMMAND_RELEASE,
        ),
        _MACHINE,
    ),
    **dict.fromkeys(
        (
            LoadDoubt.DEVICES_OF_MACHINE,
            LoadDoubt.BLOCKS_OF_MACHINE,
            LoadDoubt.COMPARED_FIELD,
            LoadDoubt.FIELD_MAY_BE_ABSENT,
            LoadDoubt.PAGE_BITS,
            LoadDoubt.UUID,
            LoadDoubt.FIELD_NOT_COMPARED,
            LoadDoubt.DEVICE_UNKNOWN,
        ),
        _STREAM,
    ),
    **dict.fromkeys(
        (
            LoadDoubt.SECTION_NOT_SENT,
            LoadDoubt.OTHER_VERSION,
            LoadDoubt.SUBSECTION_NOT_SHOWN,
            LoadDoubt.LAYOUT_MAY_DIFFER,
            LoadDoubt.LAYOUT_OF_OTHER_STATE,
            LoadDoubt.DEVICE_NOT_DESCRIBED,
        ),
        _DUMP,
    ),
}


def advise(verdict: LoadVerdict) -> str | None:
    """What would decide what is open; None where nothing is."""
    if verdict.outcome is not CheckOutcome.NOT_DECIDED:
        return None
    means = {_ANSWERS.get(question.doubt, _SOURCE) for question in verdict.questions}
    ordered = [each for each in (_MACHINE, _STREAM, _DUMP, _SOURCE) if each in means]
    return f"to decide it: {'; '.join(ordered)}"


# For programs ----------------------------------------------------------------------------------


SCHEMA = "urn:vmsdl:stream-check:1"


def read_check_schema() -> str:
    """The JSON schema of what `stream check --json` prints."""
    return read_package_text("qemu", "load_check", "check.schema.json")


def verdict_to_json(verdict: LoadVerdict) -> dict[str, Any]:
    """The verdict as `stream check --json` prints it."""
    return {
        "schema": SCHEMA,
        "outcome": verdict.outcome.value,
        "headline": make_headline(verdict),
        "loads": verdict.loads,
        "sections": verdict.sections,
        "not_compared": verdict.not_compared,
        "reasons": [
            _to_json(refusal) | {"first": refusal is verdict.first} for refusal in verdict.refusals
        ],
        "wrong_values": [
            {
                "section": each.section,
                "path": each.path,
                "offset": each.offset,
                "arrives_as": each.arrives_as,
                "value": each.value,
                "may_be_refused": each.may_refuse,
                "reason": explain_wrong_value(each),
            }
            for each in verdict.wrong_values
        ],
        "undetermined": [_to_json(question) for question in verdict.questions],
        "to_decide": advise(verdict),
    }


def _to_json(item: LoadRefusal | OpenQuestion) -> dict[str, Any]:
    message = quote_qemu(item)
    record: dict[str, Any] = {
        "section": item.section,
        "path": item.path,
        "offset": item.offset,
        "qemu_message": message.text,
        "reason": explain(item),
    }
    if message.since_11_1 is not None:
        record["qemu_message_11_1"] = message.since_11_1
    return record
