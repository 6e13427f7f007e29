"""What real QEMU writes: migration streams and dumps, read, changed and written back.

from vmsdl.qemu import open_stream

stream = open_stream("vm.mig")
print(stream.machine, [device.idstr for device in stream.devices])
print(stream.device("mc146818rtc").values()["fields"]["cmos_data"])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vmsdl.qemu.stream.reader import StreamError
    from vmsdl.qemu.stream.stream import Device, Stream, open_stream
    from vmsdl.qemu.stream.values import ValuesError

__all__ = ["Device", "Stream", "StreamError", "ValuesError", "open_stream"]

_MODULES = {"StreamError": "reader", "ValuesError": "values"}


def __getattr__(name: str) -> Any:
    # Imported when asked for: a comparison of schemas opens no stream.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"vmsdl.qemu.stream.{_MODULES.get(name, 'stream')}"), name)
