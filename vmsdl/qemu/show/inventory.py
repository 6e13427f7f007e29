"""From the parts of a stream to a table for people and a record for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vmsdl.qemu.stream.framing import (
    COMMANDS,
    Command,
    Configuration,
    End,
    Header,
    Part,
    Section,
    SectionType,
    Surplus,
)
from vmsdl.qemu.stream.ram import RamBlock
from vmsdl.qemu.stream.vmdesc import Vmdesc

_POSTCOPY = (3, 4, 5, 6, 9, 10)
_COLO = 8


def inventory_to_json(
    parts: Sequence[Part], blocks: Mapping[str, RamBlock], size: int
) -> dict[str, Any]:
    """The parts with their places in bytes, and the RAM blocks with their pages."""
    configuration = _find_configuration(parts)
    return {
        "size": size,
        "machine": configuration.machine if configuration else None,
        "page_size": _find_page_size(parts),
        "ram": {
            name: {"size": b.size, "full": b.full, "zero": b.zero, "delta": b.delta}
            for name, b in blocks.items()
        },
        "remarks": list(find_remarks(parts, blocks)),
        "parts": [_part_to_json(part) for part in parts],
    }


def find_remarks(parts: Sequence[Part], blocks: Mapping[str, RamBlock]) -> Iterator[str]:
    """What this stream carries that is not read here, or not at all."""
    commands = [part for part in parts if isinstance(part, Command)]
    numbers = dict.fromkeys(part.number for part in commands)
    if postcopy := [COMMANDS[number] for number in numbers if number in _POSTCOPY]:
        yield f"postcopy ({', '.join(postcopy)}): pages that are sent later are not in this file"
    for part in commands:
        if part.packaged is not None:
            length = part.packaged.stop - part.packaged.start
            yield f"the packaged stream of {length} bytes at {part.offset:x} is not read"
    if _COLO in numbers:
        yield "COLO: data after the first checkpoint is not read"
    configuration = _find_configuration(parts)
    capabilities = configuration.capabilities if configuration else ()
    is_mapped = "mapped-ram" in capabilities
    if is_mapped:
        yield "mapped-ram: pages have fixed offsets in the file, and are not counted"
    if "x-ignore-shared" in capabilities:
        yield "x-ignore-shared: memory that is shared with the destination is not in this file"
    has_ended = any(isinstance(part, Section) and part.kind is SectionType.END for part in parts)
    counted = sum(block.full + block.zero + block.delta for block in blocks.values())
    if blocks and has_ended and not counted and not is_mapped:
        yield "no pages of guest memory: with multifd, pages are sent over separate channels"
    if delta := sum(block.delta for block in blocks.values()):
        yield f"{delta} pages are deltas (XBZRLE) or compressed: counted, but not unpacked"


def format_inventory(
    parts: Sequence[Part], blocks: Mapping[str, RamBlock], path: str, size: int
) -> Iterator[str]:
    """What a person wants to know first, then the parts in order, then the RAM blocks."""
    configuration = _find_configuration(parts)
    machine = configuration.machine if configuration else "unknown (no configuration)"
    yield (
        f"{path}: {size} bytes, machine {machine}, page size {_find_page_size(parts) or 'unknown'}"
    )
    if configuration and configuration.capabilities:
        yield f"capabilities: {', '.join(configuration.capabilities)}"
    for remark in find_remarks(parts, blocks):
        yield f"note: {remark}"
    yield ""
    yield f"{'offset':>10} {'body':>10}  {'kind':<7} {'id':>4}  {'version':>7}  name"
    for part in parts:
        match part:
            case Section(kind=kind):
                has_header = kind in (SectionType.START, SectionType.FULL)
                instance = f" ({part.instance_id})" if has_header and part.instance_id else ""
                footer = "" if part.has_footer else "  no footer"
                yield (
                    f"{part.offset:>10x} {part.size:>10}  {kind.name.lower():<7} "
                    f"{part.section_id:>4}  {part.version_id if has_header else '':>7}  "
                    f"{part.idstr}{instance}{footer}"
                )
            case Command(number=number):
                name = COMMANDS.get(number, f"unknown command {number}")
                yield f"{part.offset:>10x} {part.end - part.offset - 5:>10}  command {name}"
            case Vmdesc(start=start, end=end):
                yield f"{part.offset:>10x} {end - start:>10}  description"
            case Surplus(offset=offset, end=end):
                yield f"{offset:>10x} {end - offset:>10}  surplus bytes: not part of the stream"
            case Header() | Configuration() | End():
                pass
    if blocks:
        yield ""
        yield f"{'RAM bytes':>14} {'full pages':>10} {'zero':>10} {'delta':>10}  block"
        for name, b in blocks.items():
            yield f"{b.size:>14} {b.full:>10} {b.zero:>10} {b.delta:>10}  {name}"


def _find_configuration(parts: Sequence[Part]) -> Configuration | None:
    return next((part for part in parts if isinstance(part, Configuration)), None)


def _find_page_size(parts: Sequence[Part]) -> int | None:
    return next((part.page_size for part in parts if isinstance(part, Vmdesc)), None)


def _part_to_json(part: Part) -> dict[str, Any]:
    span = {"offset": part.offset, "end": part.end}
    match part:
        case Header(version=version):
            return {"part": "header", "version": version} | span
        case Configuration():
            return {
                "part": "configuration",
                "machine": part.machine,
                "page_bits": part.page_bits,
                "capabilities": list(part.capabilities),
                "uuid": part.uuid.hex() if part.uuid else None,
            } | span
        case Section():
            return {
                "part": "section",
                "kind": part.kind.name.lower(),
                "section_id": part.section_id,
                "idstr": part.idstr,
                "instance_id": part.instance_id,
                "version_id": part.version_id,
                "body": {"offset": part.start, "size": part.size},
                "footer": part.has_footer,
            } | span
        case Command(number=number, payload=payload):
            name = COMMANDS.get(number)
            length = payload.stop - payload.start
            return {"part": "command", "number": number, "name": name, "payload": length} | span
        case End():
            return {"part": "end"} | span
        case Vmdesc():
            return {"part": "description"} | span
        case Surplus():
            return {"part": "surplus"} | span
