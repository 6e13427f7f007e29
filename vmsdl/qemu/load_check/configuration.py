"""The configuration of a stream against what is known of a machine: its type, page size, UUID."""

import re
from uuid import UUID

from vmsdl.qemu.load_check.program import LoadingProgram
from vmsdl.qemu.load_check.verdict import (
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    OpenQuestion,
    ask_about,
)
from vmsdl.qemu.stream.framing import Configuration
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.schema.recorded import Release

_OFFSET = 8  # the configuration follows the header
_RELEASE = re.compile(r"-(\d{1,9})\.(\d{1,9})(?:\.\d+)?$")
# Names of the newest machine type of a family, and how the names of that family begin.
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


def check_configuration(incoming: PartialStream, program: LoadingProgram) -> LoadFindings:
    """What QEMU refuses of the configuration."""
    configuration = incoming.configuration
    release = find_release(program.machine)
    is_old = release is not None and release < _FIRST_WITH_CONFIGURATION
    if program.observed is not None and not program.observed.has_configuration:
        is_old = True
    if configuration is None:
        refusal = _refuse(LoadFault.CONFIGURATION_MISSING)
        if not is_old and release is None:
            yield ask_about(refusal, LoadDoubt.CONFIGURATION_MISSING)
        elif not is_old:
            yield refusal
    elif is_old:
        yield _refuse(LoadFault.CONFIGURATION_UNEXPECTED, name=str(program.machine))
    else:
        yield from _check_machine(configuration, program)
        yield from _check_page_bits(configuration, program)
        yield from _check_capabilities(configuration)
        yield from _check_uuid(configuration, program)


def _check_machine(configuration: Configuration, program: LoadingProgram) -> LoadFindings:
    received, local = configuration.machine, program.machine
    if local is None:
        if received not in program.machines:
            yield _ask(LoadDoubt.MACHINE_UNDECLARED, "machine", name=received)
        return
    # QEMU compares over the stream's length: a prefix of the local name passes.
    if local.startswith(received):
        return
    refusal = _refuse(LoadFault.MACHINE_DIFFERS, "machine", received=received, local=local)
    family = _ALIASES.get(local)
    if family is not None and received.startswith(family):
        yield ask_about(refusal, LoadDoubt.MACHINE_ALIAS, name=local)
    else:
        yield refusal


def _check_page_bits(configuration: Configuration, program: LoadingProgram) -> LoadFindings:
    path = "target-page-bits"
    received = configuration.page_bits
    local = program.observed.page_bits if program.observed else None
    if local is None and (program.machine or "").startswith(_PAGES_OF_12_BITS):
        local = 12
        received = received or local
    elif program.observed is None:
        if received is not None:
            yield _ask(LoadDoubt.PAGE_BITS, path, received=received)
        return
    if received is not None and local is not None and received != local:
        yield _refuse(LoadFault.PAGE_BITS_DIFFER, path, received=received, local=local)
    elif received != local:  # neither says which of them is the architecture's own size
        yield _ask(LoadDoubt.PAGE_BITS_OF_ONE, path)


def _check_capabilities(configuration: Configuration) -> LoadFindings:
    for name in configuration.capabilities:
        if name in _CAPABILITIES:
            refusal = _refuse(LoadFault.CAPABILITY_OFF, "capabilities", name=name)
            yield ask_about(refusal, LoadDoubt.CAPABILITY)
        else:
            yield _refuse(LoadFault.CAPABILITY_UNKNOWN, "capabilities", name=name)


def _check_uuid(configuration: Configuration, program: LoadingProgram) -> LoadFindings:
    received = configuration.uuid
    local = program.observed.uuid if program.observed else None
    if received is None or received == local:
        return
    text = str(UUID(bytes=received))
    if local is None:
        yield _ask(LoadDoubt.UUID, "uuid", name=text)
    else:
        local_text = str(UUID(bytes=local))
        yield _refuse(LoadFault.UUID_DIFFERS, "uuid", received=text, local=local_text)


def _refuse(
    fault: LoadFault,
    path: str = "",
    *,
    name: str = "",
    received: int | str | None = None,
    local: int | str | None = None,
) -> LoadRefusal:
    return LoadRefusal(
        fault=fault,
        section="configuration",
        offset=_OFFSET,
        path=path,
        name=name,
        received=received,
        local=local,
    )


def _ask(
    doubt: LoadDoubt, path: str, *, name: str = "", received: int | None = None
) -> OpenQuestion:
    return OpenQuestion(
        doubt=doubt,
        section="configuration",
        offset=_OFFSET,
        path=path,
        name=name,
        received=received,
    )
