"""From the folder of releases to their schemas in order, and what is wrong with them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from vmsdl.build.stamp import compute_digest
from vmsdl.files import FROZEN, describe_error, read_bytes, read_text
from vmsdl.releases.freeze import layouts, load
from vmsdl.releases.manifest import Manifest, NotAManifest, parse
from vmsdl.releases.release_names import sort_names
from vmsdl.schema.description import Schema

MISSING, EDITED = "baseline-missing", "baseline-edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineProblem:
    """Why nothing, or not all, can be said about releases; never passed over in silence."""

    rule: str
    release: str | None
    message: str
    help: str
    path: str


@dataclass(frozen=True, slots=True)
class Release:
    name: str
    schemas: tuple[Schema, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The frozen releases, oldest first; where there is none, that is a fault."""

    releases: tuple[Release, ...]
    faults: tuple[BaselineProblem, ...]


def read(folder: str) -> Baseline:
    """All releases that are frozen in a folder. Raises OSError where it cannot be listed."""
    releases: list[Release] = []
    faults: list[BaselineProblem] = []
    for name in names(folder):
        release, found = _read(name, os.path.join(folder, name))
        faults += found
        if release.schemas:
            releases.append(release)
    if not releases and not faults:
        faults.append(_missing(folder))
    return Baseline(tuple(releases), tuple(faults))


def names(folder: str) -> list[str]:
    """The releases in a folder, oldest first."""
    if not os.path.isdir(folder):
        return []
    found = [
        entry.name
        for entry in os.scandir(folder)
        if entry.is_dir() and not entry.name.startswith(".")
    ]
    return sorted(found, key=sort_names)


def _missing(folder: str) -> BaselineProblem:
    return BaselineProblem(
        rule=MISSING,
        release=None,
        message=f"there is no frozen release in `{folder}`, so nothing was compared",
        help="freeze what was released with `vmsdl release NAME`",
        path=folder,
    )


def _read(name: str, folder: str) -> tuple[Release, list[BaselineProblem]]:
    texts: dict[str, str] = {}
    faults: list[BaselineProblem] = []
    manifest = _manifest(name, folder, faults)
    for path, recorded in {} if manifest is None else manifest.files.items():
        file = os.path.join(folder, path)
        try:
            texts[path] = read_text(file)
        except (OSError, UnicodeDecodeError) as error:
            faults.append(_edited(name, file, f"`{path}` cannot be read: {describe_error(error)}"))
            continue
        if compute_digest(texts[path]) != recorded:
            faults.append(_edited(name, file, f"`{path}` was edited after it was frozen"))
    schemas: list[Schema] = []
    for path in texts:
        file = os.path.join(folder, path)
        try:
            schema = load(path, texts, folder)
        except ValueError as error:
            faults.append(_edited(name, file, f"`{path}` is no schema any more: {error}"))
            continue
        schemas.append(schema)
        assert manifest is not None
        faults += _changed(name, file, manifest, manifest.layouts.get(path, {}), schema)
    return Release(name, tuple(schemas)), faults


def _manifest(name: str, folder: str, faults: list[BaselineProblem]) -> Manifest | None:
    file = os.path.join(folder, FROZEN)
    data = read_bytes(file)
    if data is None:
        faults.append(_edited(name, file, f"it has no `{FROZEN}` and was not frozen by vmsdl"))
        return None
    try:
        manifest = parse(data.decode("utf-8"))
    except (UnicodeDecodeError, NotAManifest) as error:
        faults.append(_edited(name, file, f"`{FROZEN}` cannot be read: {error}"))
        return None
    if manifest.release != name:
        told = f"it was frozen as `{manifest.release}`, and its folder was renamed"
        faults.append(_edited(name, file, told))
    return manifest


def _changed(
    name: str, file: str, manifest: Manifest, recorded: dict[str, str], schema: Schema
) -> Iterator[BaselineProblem]:
    """The devices and structs whose layout is not what it was when they were frozen."""
    now = layouts(schema)
    for each in dict.fromkeys((*recorded, *now)):
        if recorded.get(each) == now.get(each):
            continue
        if each not in now:
            what = f"`{each}` is not there any more"
        elif each not in recorded:
            what = f"`{each}` was not there when it was frozen"
        else:
            what = f"the layout of `{each}` is not the one that vmsdl {manifest.vmsdl} froze"
        yield _edited(name, file, what)


def _edited(name: str, path: str, what: str) -> BaselineProblem:
    return BaselineProblem(
        rule=EDITED,
        release=name,
        message=f"release `{name}`: {what}",
        help="take it back from version control; what was released cannot change",
        path=path,
    )
