"""A real QEMU under control: started, queried, saved, loaded, and always ended.

Everything has a time limit; the machine runs under emulation, which is slow but everywhere.
"""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

BINARY = shutil.which("qemu-system-x86_64")
SECTOR = 512
WORDS_READ = 100
_START_SECONDS = 20.0
_LOAD_SECONDS = 30.0


class LoadRefused(Exception):
    """QEMU would not load a stream; what it said on stderr."""


def boot_sector() -> bytes:
    """A guest in 512 bytes: begins to read two sectors by PIO, takes 100 words, and halts.

    It leaves the drive in the middle of a transfer: the state that this project began with.
    """
    code = bytes.fromhex(
        "fa"  # cli
        "baf601 b0e0 ee"  # 0x1f6 = drive 0, LBA
        "baf201 b002 ee"  # 0x1f2 = two sectors
        "42 b000 ee 42 ee 42 ee"  # 0x1f3..0x1f5 = sector 0
        "baf701 b020 ee"  # 0x1f7 = READ SECTORS
        "ec a880 75fb a808 74f7"  # until not BSY and DRQ
        "b96400 baf001 ed e2fd"  # 100 words from 0x1f0
        "f4 ebfd"  # hlt, for ever
    )
    return code.ljust(SECTOR - 2, b"\0") + b"\x55\xaa"


def disk_image(sectors: int = 2048) -> bytes:
    """A disk that boots the guest; every sector but the first is filled with its number."""
    rest = (bytes([number & 0xFF]) * SECTOR for number in range(1, sectors))
    return boot_sector() + b"".join(rest)


class Qemu:
    """One process and its monitor (QMP on a socket). Use as a context manager."""

    def __init__(
        self, *arguments: str, defaults: bool = False, binary: str | None = BINARY
    ) -> None:
        """`defaults`: with the devices that a machine has when nothing is said of them."""
        assert binary is not None
        self._folder = Path(tempfile.mkdtemp(prefix="vmsdl-"))
        self._stderr = self._folder / "stderr"
        path = self._folder / "qmp"
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                [
                    binary,
                    *("-accel", "tcg", "-display", "none", "-no-user-config"),
                    *(() if defaults else ("-nodefaults",)),
                    *("-qmp", f"unix:{path},server=on,wait=off"),
                    *arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        try:
            self._socket = self._connect(path)
            self._lines = self._socket.makefile("rb")
            self._lines.readline()  # the greeting
            self.execute("qmp_capabilities")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if hasattr(self, "_lines"):
            self._lines.close()
            self._socket.close()
        self._process.kill()
        self._process.wait(timeout=10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def execute(self, command: str, **arguments: object) -> Any:
        """One QMP command; ConnectionError where QEMU has gone."""
        request = json.dumps({"execute": command, "arguments": arguments}) + "\n"
        self._socket.sendall(request.encode())
        while line := self._lines.readline():
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
        raise ConnectionError(self.stderr())

    def monitor(self, line: str) -> str:
        """One line of the human monitor (`info pic`), and what it answers."""
        text = self.execute("human-monitor-command", **{"command-line": line})
        assert isinstance(text, str)
        return text

    def port(self, address: int, size: str = "b") -> int:
        """What the guest would read from an I/O port (`b` byte, `h` half word)."""
        answer = self.monitor(f"i /1{size}x {address:#x}")
        return int(answer.rpartition("=")[2], 16)

    def save(self, stream: Path) -> None:
        """The stopped machine's migration stream."""
        self.execute("migrate", uri=f"exec:cat > {stream}")
        self._wait(self._migrated, "the migration's end")

    def stderr(self) -> str:
        return self._stderr.read_text(errors="replace").strip()

    def wait_loaded(self) -> None:
        """Until an `-incoming` stream is loaded; LoadRefused where it is not."""
        try:
            self._wait(self._migrated, "the load's end", _LOAD_SECONDS)
        except (ConnectionError, BrokenPipeError):
            self._process.wait(timeout=10)
            raise LoadRefused(self.stderr()) from None

    def wait_halted_at(self, start: int, end: int) -> None:
        """Until the processor rests in the guest's own code."""

        def is_halted() -> bool:
            registers = self.monitor("info registers")
            eip = int(registers.partition("EIP=")[2].split()[0], 16)
            return "HLT=1" in registers and start <= eip < end

        self._wait(is_halted, "the guest to halt")

    def _migrated(self) -> bool:
        status = self.execute("query-migrate").get("status")
        if status == "failed":
            raise LoadRefused(self.stderr())
        return bool(status == "completed")

    def _connect(self, path: Path) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_LOAD_SECONDS)

        def is_connected() -> bool:
            try:
                connection.connect(str(path))
            except OSError:
                return False
            return True

        self._wait(is_connected, "the monitor", may_end=False)
        return connection

    def _wait(
        self,
        condition: Callable[[], bool],
        what: str,
        seconds: float = _START_SECONDS,
        *,
        may_end: bool = True,
    ) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if not may_end and self._process.poll() is not None:
                raise LoadRefused(self.stderr())
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds:g} s for {what}: {self.stderr()}")
            time.sleep(0.02)


@contextmanager
def incoming(stream: Path, *arguments: str) -> Iterator[Qemu]:
    """A machine that has loaded this stream, paused; LoadRefused where it would not."""
    with Qemu(*arguments, "-S", "-incoming", f"exec:cat {stream}") as qemu:
        qemu.wait_loaded()
        yield qemu
