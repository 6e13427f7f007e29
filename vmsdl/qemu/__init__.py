"""The world outside: what real QEMU writes, read, changed and written back.

from vmsdl.qemu import Stream

stream = Stream(Path("vm.mig").read_bytes())
print(stream.machine, [device.idstr for device in stream.devices])
print(stream.device("mc146818rtc").values()["fields"]["cmos_data"])
"""

from vmsdl.qemu.reader import StreamError
from vmsdl.qemu.stream import Device, Stream
from vmsdl.qemu.values import ValuesError

__all__ = ["Device", "Stream", "StreamError", "ValuesError"]
