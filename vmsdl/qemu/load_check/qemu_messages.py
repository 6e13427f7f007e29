"""The words in which QEMU refuses a stream (migration/savevm.c, vmstate.c, ram.c).

They are those of 7.2, line by line, joined by `; `; 10.0 says the same. Where 11.1 says something
else, that is given too. A line is as QEMU prints it, without the program's name before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_INVALID = "Invalid argument"
_ABSENT = "No such file or directory"
_SHORT = "Input/output error"
_FAILED = "Operation not permitted"
_UNSUPPORTED = "Operation not supported"
_RANGE = "Numerical result out of range"


@dataclass(frozen=True, slots=True)
class QemuMessage:
    """What 7.2 and 10.0 say; and what 11.1 says where its first line differs."""

    message: str
    since_11_1: str | None = None


NOTHING = QemuMessage("")


@dataclass(frozen=True, slots=True)
class FailureSite:
    """The section that is being loaded, and the fields within it, the innermost first."""

    idstr: str
    instance_id: int
    fields: tuple[tuple[str, str], ...] = ()  # names of a description and of a field of it

    def lines(self) -> list[str]:
        """What is said behind the fault itself, once for each level."""
        outer = [f"Failed to load {owner}:{field}" for owner, field in self.fields]
        where = f"instance 0x{self.instance_id:x} of device '{self.idstr}'"
        return [*outer, f"error while loading state for {where}"]


def _words(lines: Sequence[str], error: str = _INVALID, later: str | None = None) -> QemuMessage:
    return QemuMessage("; ".join([*lines, f"load of migration failed: {error}"]), later)


# The stream ------------------------------------------------------------------------------------


def not_a_stream() -> QemuMessage:
    return _words(["Not a migration stream"])


def wrong_version(version: int) -> QemuMessage:
    obsolete = "SaveVM v2 format is obsolete and don't work anymore"
    unknown = "Unsupported migration stream version"
    return _words([obsolete if version == 2 else unknown], _UNSUPPORTED)


def unknown_type(kind: int) -> QemuMessage:
    return _words([f"Unknown savevm section type {kind}"], later=f"Unknown section type {kind}")


def ended() -> QemuMessage:
    return _words([], _SHORT, "stream error: -5")


def ended_in_header() -> QemuMessage:
    line = "qemu_loadvm_section_start_full: Failed to read instance/version ID: -5"
    return _words([line], _SHORT)


def blocked(idstr: str) -> QemuMessage:
    return _words([f"State blocked by non-migratable device '{idstr}'"])


# The configuration -----------------------------------------------------------------------------


def no_configuration() -> QemuMessage:
    return _words(["Configuration section missing"])


def machine_differs(received: str, local: str) -> QemuMessage:
    return _words([f"Machine type received is '{received}' and local is '{local}'"])


def page_bits_differ(received: int, local: int) -> QemuMessage:
    return _words([f"Received TARGET_PAGE_BITS is {received} but local is {local}"])


def capability_is_off(name: str) -> QemuMessage:
    return _words([f"Capability {name} is off, but received capability is on"])


def capability_is_unknown(name: str) -> QemuMessage:
    fields = "Failed to load configuration/capabilities:capabilities"
    return _words([f"Received unknown capability {name}", fields])


def uuid_differs(received: str, local: str) -> QemuMessage:
    return _words([f"UUID received is {received} and local is {local}"])


def unknown_in_configuration(name: str) -> QemuMessage:
    later = f"VM subsection '{name}' in 'configuration' does not exist"
    return _words([], _ABSENT, later)


def configuration_version(name: str, version: int) -> QemuMessage:
    if version > 1:
        return _words([_too_new(name, version, 1)])
    return _words([_too_old(name, version, 1)], later=_too_old(name, version, 1, " "))


# Commands --------------------------------------------------------------------------------------


def unknown_command(number: int, length: int) -> QemuMessage:
    return _words([f"MIG_CMD 0x{number:x} unknown (len 0x{length:x})"])


def command_length(name: str, expected: int, length: int) -> QemuMessage:
    line = f"{name} received with bad length - expecting {expected}, got {length}"
    return _words([line], _RANGE)


def no_return_path(value: int) -> QemuMessage:
    return _words([f"CMD_PING (0x{value:x}) received with no return path"], _FAILED)


def not_advised(name: str) -> QemuMessage:
    return _words([f"CMD_{name} in wrong postcopy state (0)"], _FAILED)


# Sections --------------------------------------------------------------------------------------


def unknown_section(idstr: str, instance_id: int) -> QemuMessage:
    rest = (
        f"section or instance '{idstr}' {instance_id}. Make sure that your current VM setup "
        "matches your saved VM setup, including any hotplugged devices"
    )
    return _words([f"Unknown savevm {rest}"], later=f"Unknown {rest}")


def unknown_part(section_id: int) -> QemuMessage:
    return _words([f"Unknown savevm section {section_id}"], later=f"Unknown section {section_id}")


def section_too_new(idstr: str, version: int, local: int) -> QemuMessage:
    line = f"unsupported version {version} for '{idstr}' v{local}"
    return _words([f"savevm: {line}"], later=line)


def no_footer(idstr: str) -> QemuMessage:
    return _words([f"Missing section footer for {idstr}"])


def wrong_footer(idstr: str, found: int, expected: int) -> QemuMessage:
    line = f"Mismatched section id in footer for {idstr} - read 0x{found:x} expected 0x{expected:x}"
    return _words([line])


def footer_ended() -> QemuMessage:
    return _words(["check_section_footer: Read section footer failed: -5"])


def unknown_block(name: str, site: FailureSite) -> QemuMessage:
    return _words([f'Unknown ramblock "{name}", cannot accept migration', *site.lines()])


def block_size(name: str, size: int, local: int, site: FailureSite) -> QemuMessage:
    line = f"Size mismatch: {name}: 0x{size:x} != 0x{local:x}: {_INVALID}"
    return _words([line, *site.lines()])


def refused(site: FailureSite) -> QemuMessage:
    """A load function or a hook that says nothing of its own."""
    return _words(site.lines())


# Bodies ----------------------------------------------------------------------------------------


def version_too_new(name: str, version: int, local: int, site: FailureSite) -> QemuMessage:
    return _words([_too_new(name, version, local), *site.lines()])


def version_too_old(name: str, version: int, minimum: int, site: FailureSite) -> QemuMessage:
    later = _too_old(name, version, minimum, " ")
    return _words([_too_old(name, version, minimum), *site.lines()], later=later)


def unknown_subsection(name: str, owner: str, site: FailureSite) -> QemuMessage:
    later = f"VM subsection '{name}' in '{owner}' does not exist"
    return _words(site.lines(), _ABSENT, later)


def body_ended(site: FailureSite) -> QemuMessage:
    return _words(site.lines(), _SHORT, "stream error: -5")


def invalid(owner: str, name: str, site: FailureSite) -> QemuMessage:
    return _words([f"Input validation failed: {owner}/{name}", *site.lines()], _FAILED)


def not_equal(local: int, received: int, site: FailureSite) -> QemuMessage:
    return _words([f"{local:x} != {received:x}", *site.lines()])


def above(received: int, local: int | str, site: FailureSite) -> QemuMessage:
    return _words([f"Invalid value {received} expecting positive value <= {local}", *site.lines()])


def bad_marker(marker: int, site: FailureSite) -> QemuMessage:
    line = "vmstate: get_nullptr expected VMS_NULLPTR_MARKER"
    return _words([line, *site.lines()], later=f"Unexpected ptr marker: {marker}")


def _too_new(name: str, version: int, local: int) -> str:
    return f"{name}: incoming version_id {version} is too new for local version_id {local}"


def _too_old(name: str, version: int, minimum: int, space: str = "  ") -> str:
    what = f"incoming version_id {version} is too old for local minimum version_id"
    return f"{name}: {what}{space}{minimum}"
