"""Shows an unfinished transfer of a real QEMU: decodes a recorded IDE section with `ide.py`.

    vmsdl compile examples/ide
    python examples/ide/show.py

The script imports only the standard library and the generated modules.
"""

import argparse
import base64
import importlib
import json
import sys
import zlib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DRQ_STAT = 0x08
STATUS = {0x80: "BSY", 0x40: "DRDY", 0x20: "DF", 0x10: "DSC", 0x08: "DRQ", 0x01: "ERR"}
PLACES = ("primary master", "primary slave", "secondary master", "secondary slave")


def main() -> int:
    parser = argparse.ArgumentParser(description="Decode a recorded IDE section and show it.")
    parser.add_argument("--modules", default=str(HERE), help="folder of the compiled `ide.py`")
    parser.add_argument("--section", type=Path, default=HERE / "recorded.json")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.modules)
    try:
        ide = importlib.import_module("ide")
    except ImportError:
        print("ide.py does not exist: run `vmsdl compile examples/ide` first", file=sys.stderr)
        return 2

    recorded = json.loads(arguments.section.read_text(encoding="utf-8"))
    body = unpack(recorded["body"])
    idstr, qemu = recorded["idstr"], recorded["qemu"]
    print(f"section {idstr}, version {recorded['version_id']}: {len(body):,} bytes of QEMU {qemu}")

    state = ide.Ide.decode(body, version_id=recorded["version_id"])
    drives = (*state.drives_0, *state.drives_1)
    for place, drive in zip(PLACES, drives, strict=True):
        show(place, drive)

    again = state.encode()
    print(f"\nencoded again: {len(again):,} bytes, {'identical' if again == body else 'DIFFERENT'}")
    for drive in drives:
        drive.status &= ~DRQ_STAT
    idle = state.encode()
    print(f"with DRQ cleared: {len(idle):,} bytes, because `pio_state` is not needed")
    return 0 if again == body else 1


def show(place: str, drive: Any) -> None:
    flags = " ".join(name for bit, name in STATUS.items() if drive.status & bit)
    print(f"\n{place:18} {model(drive)}")
    print_value("status", f"0x{drive.status:02x} {flags}".rstrip())
    transfer = drive.pio_state
    if transfer is None:
        return
    done, left = transfer.cur_io_buffer_offset, transfer.cur_io_buffer_len
    then = transfer.end_transfer_fn_idx.name
    print_value("PIO transfer", f"{done} bytes read by the guest, {left} left, then `{then}`")
    for start in (0, done, done + left - 16):
        print_value(f"buffer[{start}]", dump(transfer.io_buffer[start : start + 16]))


def print_value(name: str, text: str) -> None:
    print(f"    {name:14} {text}")


def model(drive: Any) -> str:
    """The model in the IDENTIFY data: words 27 to 46, two characters each, in swapped order."""
    if drive.identify_set == 0:
        return "(never identified)"
    words = drive.identify_data[54:94]
    return bytes(words[at ^ 1] for at in range(len(words))).decode("ascii").strip()


def dump(part: bytes) -> str:
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
    return f"{part.hex(' ')}  {text}"


def unpack(packed: dict[str, Any]) -> bytes:
    text = "".join(packed["lines"])
    if packed["encoding"] == "hex":
        return bytes.fromhex(text)
    return zlib.decompress(base64.b64decode(text))


if __name__ == "__main__":
    sys.exit(main())
