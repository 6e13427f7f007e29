"""Which releases of QEMU can have written a stream, by what it holds."""

from vmsdl.qemu.stream.framing import Command
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.vmdesc import Vmdesc
from vmsdl.schema.recorded import Age

_SWITCHOVER_START = 11


def find_age(incoming: PartialStream) -> Age:
    """The command SWITCHOVER_START came with 10.0; the configuration is described since 8.2."""
    commands = {part.number for part in incoming.parts if isinstance(part, Command)}
    vmdesc = next((part for part in incoming.parts if isinstance(part, Vmdesc)), None)
    if _SWITCHOVER_START in commands:
        return Age(oldest=(10, 0))
    if vmdesc is not None and "configuration" in vmdesc.json:
        return Age(oldest=(8, 2))
    if vmdesc is not None and incoming.configuration is not None:
        return Age(before=(8, 2))
    return Age()
