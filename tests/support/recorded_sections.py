"""Device sections that real QEMU wrote, one JSON file each; `record_sections.py` writes them."""

import base64
import json
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

STREAMS = Path(__file__).parents[1] / "conformance" / "streams"
_SMALL = 4096
_LATER = "(description)"
_HEX_BYTES = 48
_BASE64_CHARACTERS = 96


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One section, where it comes from, and what the stream's own description says of it."""

    set: str
    qemu: str
    machine: str
    made: str
    idstr: str
    instance_id: int
    version_id: int
    body: bytes = field(repr=False)
    description: dict[str, Any] = field(repr=False)

    @property
    def device(self) -> str:
        return self.idstr.rpartition("/")[2]

    @property
    def release(self) -> str:
        """`7.2` of `7.2.22`."""
        return ".".join(self.qemu.split(".")[:2])

    @property
    def file_name(self) -> str:
        instance = f".{self.instance_id}" if self.instance_id else ""
        return f"{self.device}{instance}@{self.set}.json"


def write(recorded: Recorded, folder: Path) -> Path:
    """One file; bodies and descriptions above 4 KB are packed."""
    description = json.dumps(recorded.description)
    document = {
        "set": recorded.set,
        "qemu": recorded.qemu,
        "machine": recorded.machine,
        "made": recorded.made,
        "idstr": recorded.idstr,
        "instance_id": recorded.instance_id,
        "version_id": recorded.version_id,
        "size": len(recorded.body),
        "body": _pack(recorded.body),
        "description": _pack(description.encode()) if len(description) > _SMALL else _LATER,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / recorded.file_name
    text = json.dumps(document, indent=1).replace(f'"{_LATER}"', description)  # on one line
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Recorded:
    document = json.loads(path.read_text(encoding="utf-8"))
    body = _unpack(document["body"])
    assert len(body) == document["size"], path
    description = document["description"]
    if "encoding" in description:
        description = json.loads(_unpack(description))
    kept = ("set", "qemu", "machine", "made", "idstr", "instance_id", "version_id")
    return Recorded(body=body, description=description, **{key: document[key] for key in kept})


@cache
def all_recorded() -> tuple[Recorded, ...]:
    return tuple(read(path) for path in sorted(STREAMS.glob("*.json")))


def recorded(device: str, set_name: str | None = None) -> list[Recorded]:
    """The sections of one device, of all sets or of one."""
    return [r for r in all_recorded() if r.device == device and set_name in (None, r.set)]


def _pack(data: bytes) -> dict[str, object]:
    if len(data) <= _SMALL:
        lines = [data[at : at + _HEX_BYTES].hex() for at in range(0, len(data), _HEX_BYTES)]
        return {"encoding": "hex", "lines": lines}
    text = base64.b64encode(zlib.compress(data, 9)).decode()
    lines = [text[at : at + _BASE64_CHARACTERS] for at in range(0, len(text), _BASE64_CHARACTERS)]
    return {"encoding": "zlib+base64", "lines": lines}


def _unpack(packed: dict[str, Any]) -> bytes:
    text = "".join(packed["lines"])
    if packed["encoding"] == "hex":
        return bytes.fromhex(text)
    return zlib.decompress(base64.b64decode(text))
