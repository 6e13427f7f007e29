"""From the schemas of a program to the folder that a release is frozen in.

Frozen is the one canonical text of each file with its doc comments, so that a reviewer can read it,
`vmsdl diff` can compare with it, and a plain comment that changes freezes nothing anew.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vmsdl.build.stamp import compute_digest
from vmsdl.driver import reload_source
from vmsdl.files import FROZEN
from vmsdl.releases import manifest
from vmsdl.releases.manifest import Manifest
from vmsdl.schema.description import Description, Schema, SchemaFile
from vmsdl.schema.layout_hash import Layouts
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_tree
from vmsdl.syntax.parser import parse
from vmsdl.version import VERSION


@dataclass(frozen=True, slots=True)
class Frozen:
    """What goes to disk: texts by their path in the release's folder, and what is known of them."""

    texts: Mapping[str, str]
    manifest: Manifest

    @property
    def files(self) -> dict[str, str]:
        return {**self.texts, FROZEN: manifest.text(self.manifest)}


class CannotFreeze(Exception):
    """Schemas that cannot be kept; the message is for the user."""


def freeze(release: str, schemas: Iterable[Schema]) -> Frozen:
    """All files of these schemas and what they import, below the folder that holds them all."""
    read = {file.path: file for schema in schemas for file in schema.files}
    places = _places(list(read))
    texts = {places[path]: _canonical(file) for path, file in read.items()}
    reloaded = {path: load(path, texts) for path in texts}
    for path, file in read.items():
        if reloaded[places[path]].files[-1].definitions != file.definitions:
            raise AssertionError(f"`{path}` is another schema when it is read back")
    machines = {name: None for schema in reloaded.values() for name in schema.machines}
    return Frozen(
        texts,
        Manifest(
            release=release,
            vmsdl=VERSION,
            files={path: compute_digest(text) for path, text in texts.items()},
            layouts={path: layouts(schema) for path, schema in reloaded.items()},
            machines=tuple(sorted(machines)),
        ),
    )


def layouts(schema: Schema) -> dict[str, str]:
    """The layout hash of every device and struct that a schema's own file describes."""
    hashes = Layouts(schema)
    own = [d for d in schema.files[-1].definitions if isinstance(d, Description)]
    return {d.name: hashes.compute(d.name) for d in own}


def load(path: str, texts: Mapping[str, str], folder: str = "") -> Schema:
    """The schema of a frozen file. Raises ValueError with the first thing that is wrong with it."""

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


def _places(paths: list[str]) -> dict[str, str]:
    """Where each file stands in the folder: as they stand to each other, so imports still hold."""
    folders = [os.path.dirname(os.path.abspath(path)) for path in paths]
    try:
        root = os.path.commonpath(folders)
    except ValueError:
        raise CannotFreeze(
            "the files lie on several drives, and no folder holds them all"
        ) from None
    places = {path: os.path.relpath(os.path.abspath(path), root) for path in paths}
    for path in paths:
        if not path.endswith(".vmsd"):
            raise CannotFreeze(f"`{path}` is no .vmsd file")
    return {path: place.replace(os.sep, "/") for path, place in places.items()}


def _canonical(file: SchemaFile) -> str:
    tree = parse(file.source).value
    assert tree is not None
    return format_tree(tree)
