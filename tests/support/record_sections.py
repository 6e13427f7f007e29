"""From whole migration streams to recorded sections: `python -m tests.support.record_sections -h`.

Whole streams hold guest memory, and with it firmware, so they stay out of the repository.
"""

import argparse
import lzma
from pathlib import Path
from typing import Any

from tests.support.recorded_sections import STREAMS, Recorded, write
from vmsdl.qemu.stream.framing import Configuration, Section, SectionType, read_stream
from vmsdl.qemu.stream.vmdesc import Vmdesc


def cut(stream: bytes, devices: set[str], *, set_name: str, qemu: str, made: str) -> list[Recorded]:
    """The sections of these devices (the last part of their idstr), with their descriptions."""
    machine = ""
    found: list[Section] = []
    described: list[dict[str, Any]] = []
    for part in read_stream(stream):
        match part:
            case Configuration():
                machine = part.machine
            case Section(kind=SectionType.FULL) if part.idstr.rpartition("/")[2] in devices:
                found.append(part)
            case Vmdesc():
                described = part.json["devices"]
    by_name = {(entry["name"], entry["instance_id"]): entry for entry in described}
    return [
        Recorded(
            set=set_name,
            qemu=qemu,
            machine=machine,
            made=made,
            idstr=section.idstr,
            instance_id=section.instance_id,
            version_id=section.version_id,
            body=stream[section.body],
            description=by_name[section.idstr, section.instance_id],
        )
        for section in found
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stream", type=Path, help="NAME.mig or NAME.mig.xz; NAME is the set")
    parser.add_argument("devices", nargs="+", help="ide, mc146818rtc, …")
    parser.add_argument("--qemu", required=True, help="the release that wrote it")
    parser.add_argument("--made", required=True, help="how, in words or as a command line")
    parser.add_argument("--folder", type=Path, default=STREAMS)
    arguments = parser.parse_args()
    name = arguments.stream.name
    data = arguments.stream.read_bytes()
    sections = cut(
        lzma.decompress(data) if name.endswith(".xz") else data,
        set(arguments.devices),
        set_name=name.removesuffix(".xz").removesuffix(".mig"),
        qemu=arguments.qemu,
        made=arguments.made,
    )
    for section in sections:
        print(write(section, arguments.folder).name, len(section.body))


if __name__ == "__main__":
    main()
