"""The manifest in a release's folder: which files were frozen, and the hashes of their layouts."""

import json
from dataclasses import dataclass
from typing import TypeGuard

EDITION = 1  # of the language


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`layouts`: by file, the layout hash of every device and struct in it."""

    release: str
    vmsdl: str  # the version that froze it
    edition: int = EDITION
    files: dict[str, str]  # digests of their texts, by path in the folder
    layouts: dict[str, dict[str, str]]
    machines: tuple[str, ...] = ()


class NotAManifest(Exception):
    """A text that is not a manifest. The message says why."""


def write_manifest(manifest: Manifest) -> str:
    table = {
        "release": manifest.release,
        "vmsdl": manifest.vmsdl,
        "edition": manifest.edition,
        "machines": list(manifest.machines),
        "files": dict(sorted(manifest.files.items())),
        "layouts": {
            file: dict(sorted(layouts.items()))
            for file, layouts in sorted(manifest.layouts.items())
        },
    }
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


def parse_manifest(written: str) -> Manifest:
    """Raises NotAManifest."""
    try:
        table = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise NotAManifest(f"it is not valid JSON: {error}") from None
    if not isinstance(table, dict):
        raise NotAManifest("it is not an object")
    edition = table.get("edition")
    if edition != EDITION:
        raise NotAManifest(f"it has edition {edition!r}, and this vmsdl supports {EDITION}")
    files, layouts = table.get("files"), table.get("layouts")
    if not _is_texts(files) or not isinstance(layouts, dict):
        raise NotAManifest("it does not list files and layouts")
    if not all(_is_texts(each) for each in layouts.values()):
        raise NotAManifest("its layouts are not a table of hashes")
    if not all(_is_inside(path) for path in files):
        raise NotAManifest("it names a file outside its folder")
    machines = table.get("machines", [])
    if not isinstance(machines, list) or not all(isinstance(name, str) for name in machines):
        raise NotAManifest("its machines are not a list of names")
    return Manifest(
        release=str(table.get("release")),
        vmsdl=str(table.get("vmsdl")),
        files=files,
        layouts=layouts,
        machines=tuple(machines),
    )


def _is_texts(table: object) -> TypeGuard[dict[str, str]]:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    return path.endswith(".vmsd") and not any(part in ("", ".", "..") for part in parts)
