"""The world outside: what real QEMU writes, read, changed and written back.

from vmsdl.qemu import open_stream

stream = open_stream("vm.mig")
print(stream.machine, [device.idstr for device in stream.devices])
print(stream.device("mc146818rtc").values()["fields"]["cmos_data"])
"""

from vmsdl.qemu.reader import StreamError
from vmsdl.qemu.stream import Device, Stream, open_stream
from vmsdl.qemu.values import ValuesError

__all__ = ["Device", "Stream", "StreamError", "ValuesError", "open_stream"]
