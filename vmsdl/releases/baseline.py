"""From the folder of frozen releases to their schemas, oldest first, and problems with them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from vmsdl.build.stamp import compute_digest
from vmsdl.files import FROZEN, describe_error, read_bytes
from vmsdl.project import read_inside
from vmsdl.releases.freeze import hash_layouts, load_frozen
from vmsdl.releases.manifest import Manifest, NotAManifest, parse_manifest
from vmsdl.releases.release_names import make_sort_key
from vmsdl.schema.description import Schema

MISSING, EDITED = "baseline-missing", "baseline-edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineProblem:
    """Why a frozen release cannot be compared, or not fully. It is always reported."""

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
    """The frozen releases, oldest first. A folder without a release is a problem too."""

    releases: tuple[Release, ...]
    problems: tuple[BaselineProblem, ...]


def read(folder: str) -> Baseline:
    """All releases that are frozen in a folder. Raises OSError where it cannot be listed."""
    releases: list[Release] = []
    problems: list[BaselineProblem] = []
    for name in list_releases(folder):
        release, found = _read_release(name, os.path.join(folder, name))
        problems += found
        if release.schemas:
            releases.append(release)
    if not releases and not problems:
        problems.append(_report_missing(folder))
    return Baseline(tuple(releases), tuple(problems))


def list_releases(folder: str) -> list[str]:
    """The names of the releases in a folder, oldest first."""
    if not os.path.isdir(folder):
        return []
    found = [
        entry.name
        for entry in os.scandir(folder)
        if entry.is_dir() and not entry.name.startswith(".")
    ]
    return sorted(found, key=make_sort_key)


def _report_missing(folder: str) -> BaselineProblem:
    return BaselineProblem(
        rule=MISSING,
        release=None,
        message=f"no frozen release in `{folder}`: nothing was compared",
        help="freeze each published release with `vmsdl release NAME`",
        path=folder,
    )


def _read_release(name: str, folder: str) -> tuple[Release, list[BaselineProblem]]:
    texts: dict[str, str] = {}
    problems: list[BaselineProblem] = []
    manifest = _read_manifest(name, folder, problems)
    # The manifest says what is read, and may be a stranger's.
    inside = (os.path.realpath(folder),)
    for path, recorded in {} if manifest is None else manifest.files.items():
        file = os.path.join(folder, path)
        try:
            texts[path] = read_inside(file, inside)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(
                _report_edited(name, file, f"cannot read `{path}`: {describe_error(error)}")
            )
            continue
        if compute_digest(texts[path]) != recorded:
            problems.append(_report_edited(name, file, f"`{path}` was edited after it was frozen"))
    schemas: list[Schema] = []
    for path in texts:
        file = os.path.join(folder, path)
        try:
            schema = load_frozen(path, texts, folder)
        except ValueError as error:
            problems.append(
                _report_edited(name, file, f"`{path}` is no longer a valid schema: {error}")
            )
            continue
        schemas.append(schema)
        assert manifest is not None
        problems += _find_changed_layouts(
            name, file, manifest, manifest.layouts.get(path, {}), schema
        )
    return Release(name, tuple(schemas)), problems


def _read_manifest(name: str, folder: str, problems: list[BaselineProblem]) -> Manifest | None:
    file = os.path.join(folder, FROZEN)
    data = read_bytes(file)
    if data is None:
        problems.append(
            _report_edited(name, file, f"missing `{FROZEN}`: the folder was not frozen by vmsdl")
        )
        return None
    try:
        manifest = parse_manifest(data.decode("utf-8"))
    except (UnicodeDecodeError, NotAManifest) as error:
        problems.append(_report_edited(name, file, f"cannot read `{FROZEN}`: {error}"))
        return None
    if manifest.release != name:
        message = f"it was frozen as `{manifest.release}`, and its folder was renamed"
        problems.append(_report_edited(name, file, message))
    return manifest


def _find_changed_layouts(
    name: str, file: str, manifest: Manifest, recorded: dict[str, str], schema: Schema
) -> Iterator[BaselineProblem]:
    """The devices and structs whose layout is not what it was when they were frozen."""
    now = hash_layouts(schema)
    for each in dict.fromkeys((*recorded, *now)):
        if recorded.get(each) == now.get(each):
            continue
        if each not in now:
            what = f"`{each}` was removed after it was frozen"
        elif each not in recorded:
            what = f"`{each}` was added after the release was frozen"
        else:
            what = f"the layout of `{each}` differs from the one that vmsdl {manifest.vmsdl} froze"
        yield _report_edited(name, file, what)


def _report_edited(name: str, path: str, what: str) -> BaselineProblem:
    return BaselineProblem(
        rule=EDITED,
        release=name,
        message=f"release `{name}`: {what}",
        help="restore it from version control; a published release must not change",
        path=path,
    )
