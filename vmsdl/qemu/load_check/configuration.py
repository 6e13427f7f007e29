"""The configuration of a stream against what is known of a machine: its type, page size, UUID."""

import re
from uuid import UUID

from vmsdl.qemu.load_check import qemu_messages
from vmsdl.qemu.load_check.program import LoadingProgram, LoadVerdict, Reason
from vmsdl.qemu.stream.framing import Configuration
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.schema.recorded import Release

_SECTION = "configuration"
_RELEASE = re.compile(r"-(\d+)\.(\d+)(?:\.\d+)?$")
# Names that stand for the newest machine type of a family.
_ALIASES = {
    "pc": "pc-i440fx-",
    "q35": "pc-q35-",
    "virt": "virt-",
    "pseries": "pseries-",
    "s390-ccw-virtio": "s390-ccw-virtio-",
}
# x86 has pages of one size: its machines say nothing of it.
_PAGES_OF_12_BITS = ("pc-i440fx-", "pc-q35-", "isapc", "microvm")
_FIRST_WITH_CONFIGURATION = (2, 4)
_CAPABILITIES = ("x-ignore-shared", "mapped-ram")


def find_release(machine: str | None) -> Release | None:
    """The release that a machine type is named after: its program is that one or a later one."""
    found = _RELEASE.search(machine or "")
    return (int(found[1]), int(found[2])) if found else None


def check_configuration(
    incoming: PartialStream, program: LoadingProgram, verdict: LoadVerdict
) -> None:
    """Adds what speaks against the configuration."""
    configuration = incoming.configuration
    local = program.machine
    release = find_release(local)
    is_old = release is not None and release < _FIRST_WITH_CONFIGURATION
    if program.shown is not None and not program.shown.has_configuration:
        is_old = True
    if configuration is None:
        why = "there is no configuration: only machine types of 2.3 and older send none"
        reason = Reason(_SECTION, "", 8, why, qemu_messages.no_configuration())
        if not is_old:
            (verdict.undecided if release is None else verdict.reasons).append(reason)
        return
    if is_old:
        why = f"`{local}` expects no configuration"
        verdict.reasons.append(Reason(_SECTION, "", 8, why, qemu_messages.unknown_type(7)))
        return
    _machine(configuration, program, verdict)
    _page_bits(configuration, program, verdict)
    for name in configuration.capabilities:
        if name in _CAPABILITIES:
            why = f"the capability {name} must be set at the destination"
            words = qemu_messages.capability_is_off(name)
            verdict.undecided.append(Reason(_SECTION, "capabilities", 8, why, words))
        else:
            why = f"no release lists a capability {name}"
            words = qemu_messages.capability_is_unknown(name)
            verdict.reasons.append(Reason(_SECTION, "capabilities", 8, why, words))
    _uuid(configuration, program, verdict)


def _machine(configuration: Configuration, program: LoadingProgram, verdict: LoadVerdict) -> None:
    received, local = configuration.machine, program.machine
    if local is None:
        if received in program.machines:
            return
        why = f"no machine type `{received}` is declared, and which one runs is not known"
        verdict.undecided.append(Reason(_SECTION, "machine", 8, why))
        return
    # Compared over the stream's length: a prefix of the local name passes, as in QEMU.
    if local.startswith(received):
        return
    words = qemu_messages.machine_differs(received, local)
    family = _ALIASES.get(local)
    if family is not None and received.startswith(family):
        why = f"`{local}` stands for a version of it that is not known"
        verdict.undecided.append(Reason(_SECTION, "machine", 8, why, words))
        return
    verdict.reasons.append(Reason(_SECTION, "machine", 8, "the machine types differ", words))


def _page_bits(configuration: Configuration, program: LoadingProgram, verdict: LoadVerdict) -> None:
    received = configuration.page_bits
    local = program.shown.page_bits if program.shown else None
    if local is None and (program.machine or "").startswith(_PAGES_OF_12_BITS):
        local = 12
        received = received or local
    elif program.shown is None:
        if received is not None:
            why = f"the machine's pages must be of {received} bits"
            verdict.undecided.append(Reason(_SECTION, "target-page-bits", 8, why))
        return
    if received is not None and local is not None and received != local:
        words = qemu_messages.page_bits_differ(received, local)
        why = "the page sizes differ"
        verdict.reasons.append(Reason(_SECTION, "target-page-bits", 8, why, words))
    elif received != local:  # which of them is the architecture's own size, neither says
        why = "only one of the two names its page size"
        verdict.undecided.append(Reason(_SECTION, "target-page-bits", 8, why))


def _uuid(configuration: Configuration, program: LoadingProgram, verdict: LoadVerdict) -> None:
    received = configuration.uuid
    local = program.shown.uuid if program.shown else None
    if received is None or received == local:
        return
    text = str(UUID(bytes=received))
    if local is None:
        why = f"a machine with another UUID than {text} refuses"
        verdict.undecided.append(Reason(_SECTION, "uuid", 8, why))
        return
    words = qemu_messages.uuid_differs(text, str(UUID(bytes=local)))
    verdict.reasons.append(Reason(_SECTION, "uuid", 8, "the UUIDs differ", words))
