"""From the schemas of a program to the folder that a release is frozen in.

Each file is frozen as its canonical text with doc comments: a reviewer can read it, `vmsdl diff`
can compare with it, and a change of a plain comment changes nothing in it.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vmsdl.build.stamp import compute_digest
from vmsdl.driver import reload_source
from vmsdl.files import FROZEN
from vmsdl.releases.manifest import Manifest, write_manifest
from vmsdl.schema.description import Description, Schema, SchemaFile
from vmsdl.schema.layout_hash import Layouts
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_tree
from vmsdl.syntax.parser import parse
from vmsdl.version import VERSION


@dataclass(frozen=True, slots=True)
class FrozenRelease:
    """What is written to disk: texts by their path in the release's folder, and the manifest."""

    texts: Mapping[str, str]
    manifest: Manifest

    @property
    def files(self) -> dict[str, str]:
        return {**self.texts, FROZEN: write_manifest(self.manifest)}


class CannotFreeze(Exception):
    """Schemas that cannot be frozen. The message is for the user."""


def freeze(release: str, schemas: Iterable[Schema]) -> FrozenRelease:
    """All files of these schemas and what they import, below the folder that holds them all."""
    read = {file.path: file for schema in schemas for file in schema.files}
    places = _place_files(list(read))
    texts = {places[path]: _write_canonical(file) for path, file in read.items()}
    reloaded = {path: load_frozen(path, texts) for path in texts}
    for path, file in read.items():
        if reloaded[places[path]].files[-1].definitions != file.definitions:
            raise AssertionError(f"`{path}` is another schema when it is read back")
    machines = {name: None for schema in reloaded.values() for name in schema.machines}
    return FrozenRelease(
        texts,
        Manifest(
            release=release,
            vmsdl=VERSION,
            files={path: compute_digest(text) for path, text in texts.items()},
            layouts={path: hash_layouts(schema) for path, schema in reloaded.items()},
            machines=tuple(sorted(machines)),
        ),
    )


def hash_layouts(schema: Schema) -> dict[str, str]:
    """The layout hash of every device and struct that a schema's own file describes."""
    hashes = Layouts(schema)
    own = [d for d in schema.files[-1].definitions if isinstance(d, Description)]
    return {d.name: hashes.compute(d.name) for d in own}


def load_frozen(path: str, texts: Mapping[str, str], folder: str = "") -> Schema:
    """The schema of a frozen file. Raises ValueError with its first error."""

    def read(name: str) -> SourceFile:
        inside = os.path.relpath(name, folder) if folder else name
        found = texts.get(inside.replace(os.sep, "/"))
        if found is None:
            raise FileNotFoundError(name)
        return SourceFile(name, found)

    outcome = reload_source(read(os.path.join(folder, path)), read)
    if outcome.value is None:
        raise ValueError(outcome.diagnostics[0].message)
    return outcome.value


def _place_files(paths: list[str]) -> dict[str, str]:
    """The path of each file in the folder. Their paths relative to each other stay the same, so
    imports still work."""
    folders = [os.path.dirname(os.path.abspath(path)) for path in paths]
    try:
        root = os.path.commonpath(folders)
    except ValueError:
        raise CannotFreeze("the files are on several drives and have no common folder") from None
    places = {path: os.path.relpath(os.path.abspath(path), root) for path in paths}
    for path in paths:
        if not path.endswith(".vmsd"):
            raise CannotFreeze(f"`{path}` is not a .vmsd file")
    return {path: place.replace(os.sep, "/") for path, place in places.items()}


def _write_canonical(file: SchemaFile) -> str:
    tree = parse(file.source).value
    assert tree is not None
    return format_tree(tree)
