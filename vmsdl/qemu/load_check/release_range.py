"""Which releases of QEMU can have written a stream, by what it holds."""

from collections.abc import Iterable

from vmsdl.qemu.stream.framing import Command, Configuration, Part
from vmsdl.qemu.stream.vmdesc import Vmdesc
from vmsdl.schema.recorded import Age

_SWITCHOVER_START = 11


def find_age(parts: Iterable[Part]) -> Age:
    """The command SWITCHOVER_START came with 10.0; the configuration is described since 8.2."""
    found = tuple(parts)
    commands = {part.number for part in found if isinstance(part, Command)}
    vmdesc = next((part for part in found if isinstance(part, Vmdesc)), None)
    has_configuration = any(isinstance(part, Configuration) for part in found)
    if _SWITCHOVER_START in commands:
        return Age(oldest=(10, 0))
    if vmdesc is not None and "configuration" in vmdesc.json:
        return Age(oldest=(8, 2))
    if vmdesc is not None and has_configuration:
        return Age(before=(8, 2))
    return Age()
