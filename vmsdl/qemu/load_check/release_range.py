"""Which releases of QEMU can have written a stream: by what it holds, or as `@recorded` says."""

from typing import TYPE_CHECKING

from vmsdl.schema.recorded import Age

if TYPE_CHECKING:
    from vmsdl.qemu.stream.partial import PartialStream


if TYPE_CHECKING:
    pass

_SWITCHOVER_START = 11


def find_age(incoming: "PartialStream") -> Age:
    # Imported here: a comparison of schemas asks for what is recorded, and opens no stream.
    from vmsdl.qemu.stream.framing import Command
    from vmsdl.qemu.stream.vmdesc import Vmdesc

    numbers = {part.number for part in incoming.parts if isinstance(part, Command)}
    trailer = next((part for part in incoming.parts if isinstance(part, Vmdesc)), None)
    if _SWITCHOVER_START in numbers:
        return Age(oldest=(10, 0))
    if trailer is not None and "configuration" in trailer.json:
        return Age(oldest=(8, 2))
    if trailer is not None and incoming.configuration is not None:
        return Age(before=(8, 2))
    return Age()
