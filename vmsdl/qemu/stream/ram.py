"""From the body of an iterable section to the offset where it ends; the contents are not copied.

These bodies have no length: only who reads their records knows where the last one is (QEMU:
migration/ram.c, hw/s390x/s390-stattrib.c, hw/ppc/spapr.c).
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from vmsdl.qemu.stream.reader import ByteReader, StreamError


class _Flag(IntEnum):
    """The low bits of a record's first word (migration/ram.c)."""

    ZERO = 0x02
    MEM_SIZE = 0x04
    PAGE = 0x08
    EOS = 0x10
    CONTINUE = 0x20
    XBZRLE = 0x40
    COMPRESS_PAGE = 0x100
    MULTIFD_FLUSH = 0x200


@dataclass(slots=True)
class RamBlock:
    """One RAM block: its size in bytes, and how many of its pages the stream has, by kind."""

    size: int = 0
    full: int = 0
    zero: int = 0
    delta: int = 0  # XBZRLE and compressed pages


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFormat:
    """What a RAM section does not say about itself, and where its pages are counted."""

    blocks: dict[str, RamBlock] = field(default_factory=dict, compare=False)

    page_size: int = 4096
    ignore_shared: bool = False  # block entries carry a guest address
    mapped: bool = False  # pages are at offsets of their own in the file


_read_word = struct.Struct(">Q").unpack_from
_STRIDE = 1 << 24
_MORE_PAGE = int(_Flag.PAGE | _Flag.CONTINUE)
_MORE_ZERO = int(_Flag.ZERO | _Flag.CONTINUE)


def skip_ram(reader: ByteReader, offset: int, memory: MemoryFormat) -> int:
    """The records of one START, PART or END section."""
    mask = memory.page_size - 1
    page_size = memory.page_size
    view = reader.view
    last = reader.size - 8 - page_size
    block = RamBlock()
    while True:
        # Nearly all records are pages: they are walked without a call.
        stop = min(last, offset + _STRIDE)
        while offset <= stop:
            flags = _read_word(view, offset)[0] & mask
            if flags == _MORE_PAGE:
                block.full += 1
                offset += 8 + page_size
            elif flags == _MORE_ZERO:
                block.zero += 1
                offset += 9
            else:
                break
        reader.forget(offset)
        if stop < offset <= last:
            continue
        word = reader.number(offset, 8, "a RAM record")
        flags = word & mask
        address = word - flags
        start, offset = offset, offset + 8
        kind = flags & ~_Flag.CONTINUE
        match kind:
            case _Flag.EOS:
                return offset
            case _Flag.MEM_SIZE:
                offset = _skip_blocks(reader, offset, address, memory)
            case _Flag.MULTIFD_FLUSH:
                pass
            case _Flag.ZERO | _Flag.PAGE | _Flag.XBZRLE | _Flag.COMPRESS_PAGE:
                if not flags & _Flag.CONTINUE:
                    name, offset = reader.counted(offset, "a RAM block's name")
                    block = memory.blocks.setdefault(name, RamBlock())
                block.full += kind == _Flag.PAGE
                block.zero += kind == _Flag.ZERO
                block.delta += kind not in (_Flag.PAGE, _Flag.ZERO)
                offset = _skip_page(reader, offset, kind, memory)
            case _:
                raise StreamError(start, f"unknown RAM record with flags 0x{flags:x}")


def _skip_page(reader: ByteReader, offset: int, kind: int, memory: MemoryFormat) -> int:
    match kind:
        case _Flag.ZERO:
            return reader.skip(offset, 1, "a zero page")
        case _Flag.PAGE:
            return reader.skip(offset, memory.page_size, "a RAM page")
        case _Flag.XBZRLE:
            length = reader.number(offset + 1, 2, "a delta page")
            return reader.skip(offset + 3, length, "a delta page")
        case _:
            length = reader.number(offset, 4, "a compressed page")
            return reader.skip(offset + 4, length, "a compressed page")


def _skip_blocks(reader: ByteReader, offset: int, total: int, memory: MemoryFormat) -> int:
    """The list of RAM blocks, which ends when their sizes add up to the total."""
    while total > 0:
        start = offset
        name, offset = reader.counted(offset, "a RAM block's name")
        size = reader.number(offset, 8, "a RAM block's size")
        offset += 8
        if memory.ignore_shared:
            offset = reader.skip(offset, 8, "a RAM block's guest address")
        if memory.mapped:
            offset = _skip_mapped(reader, offset, size)
        memory.blocks.setdefault(name, RamBlock()).size = size
        if size > total:
            raise StreamError(
                start, f"RAM block `{name}` is larger than the rest of the total size"
            )
        total -= size
    return offset


def _skip_mapped(reader: ByteReader, offset: int, size: int) -> int:
    version = reader.number(offset, 4, "a mapped RAM header")
    if version != 1:
        raise StreamError(offset, f"unknown version {version} of a mapped RAM header, expected 1")
    pages = reader.number(offset + 20, 8, "a mapped RAM header")
    if pages == 0:  # a shared block that was left out
        return offset + 28
    if pages < offset + 28:
        raise StreamError(offset + 20, "mapped RAM pages begin before their header ends")
    return reader.skip(pages, size, "mapped RAM pages")


def _skip_storage_attributes(reader: ByteReader, offset: int, memory: MemoryFormat) -> int:
    while True:
        word = reader.number(offset, 8, "a storage attribute record")
        start, offset = offset, offset + 8
        match word & 0xFFF:
            case 1:
                return offset
            case 2:
                length = reader.number(offset, 8, "storage attributes")
                offset = reader.skip(offset + 8, length, "storage attributes")
            case 8:
                continue
            case flags:
                raise StreamError(start, f"unknown storage attribute record with flags {flags}")


SKIP_BODY: Mapping[str, Callable[[ByteReader, int, MemoryFormat], int]] = {
    "ram": skip_ram,
    "s390-storage_attributes": _skip_storage_attributes,
}
