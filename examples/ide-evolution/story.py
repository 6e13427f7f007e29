"""Two versions of a program exchange the state of a drive: each stream is loaded or refused.

    vmsdl compile examples/ide-evolution
    python examples/ide-evolution/story.py

The script imports only the standard library and the generated modules.
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

IDLE, DATA_REQUEST = 0x50, 0x58


def main() -> int:
    parser = argparse.ArgumentParser(description="Move a drive between two versions.")
    parser.add_argument(
        "--modules", default=str(Path(__file__).parent), help="folder of the modules"
    )
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.modules)
    try:
        before, after = (importlib.import_module(name).IdeDrive for name in ("before", "after"))
    except ImportError:
        print("run `vmsdl compile examples/ide-evolution` first", file=sys.stderr)
        return 2

    idle_before = before(sector=7, nsector=1, select=0xE0, status=IDLE)
    busy_before = before(sector=7, nsector=1, select=0xE0, status=DATA_REQUEST)
    idle_after = after(sector=7, nsector=1, select=0xE0, status=IDLE)
    transfer = after.PioState(io_buffer=bytes(range(256)) * 2, cur_io_buffer_offset=200)
    busy_after = after(sector=7, nsector=1, select=0xE0, status=DATA_REQUEST, pio_state=transfer)

    transfer_state("before -> after, idle", idle_before, after)
    transfer_state("before -> after, in mid-transfer", busy_before, after)
    transfer_state("after -> before, idle", idle_after, before)
    transfer_state("after -> before, in mid-transfer", busy_after, before)
    transfer_state("after -> after, in mid-transfer", busy_after, after)
    return 0


def transfer_state(title: str, sender: Any, receiver: Any) -> None:
    stream = sender.encode()
    print(f"{title}: {len(stream)} bytes")
    try:
        loaded = receiver.decode(stream)
    except ValueError as error:
        print(f"    refused: {error}")
        return
    transfer = getattr(loaded, "pio_state", None)
    if transfer is not None:
        print(f"    loaded, and the guest continues at byte {transfer.cur_io_buffer_offset}")
    elif loaded.status == DATA_REQUEST:
        print("    loaded, but the buffer was never sent: the guest will read zeros")
    else:
        print("    loaded")


if __name__ == "__main__":
    sys.exit(main())
