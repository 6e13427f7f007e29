"""`vmsdl release`: schemas frozen as what a release sends, to be compared with from then on."""

import argparse
import os

from vmsdl import files, project
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths as sources
from vmsdl.cli.inputs.c_tree import DEFAULT_TARGET, write_schemas
from vmsdl.cli.inputs.versions import read_schemas
from vmsdl.config import RELEASES, Config
from vmsdl.releases import baseline, release_names
from vmsdl.releases.baseline import Baseline
from vmsdl.releases.freeze import CannotFreeze, FrozenRelease, freeze
from vmsdl.releases.manifest import NotAManifest, parse_manifest
from vmsdl.schema.description import Schema

DESCRIPTION = """Write the schemas and their imports to releases/NAME, in the canonical layout and
with the hash of every layout; keep the folder in version control. `vmsdl diff --all-releases` and
`vmsdl matrix` compare with the releases there. A second run does not change a frozen release: exit
status 1 if NAME exists with other content. Without PATH, the sources of [tool.vmsdl] are frozen."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the name of the release, such as 9.2")
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a .vmsd file, a folder, or git:REV:PATH"
    )
    parser.add_argument(
        "--from-c",
        metavar="TREE",
        help="freeze what `vmsdl import c` makes of a QEMU source tree",
    )
    parser.add_argument(
        "--target", metavar="NAME", default=DEFAULT_TARGET, help="the target that TREE is read for"
    )
    add_folder(parser)
    parser.add_argument("--force", action="store_true", help="replace NAME if it exists")


def add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--releases", metavar="DIR", help="the folder of releases (as configured, else releases)"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    problem = release_names.find_name_problem(options.name)
    if problem is not None:
        raise Failure(f"`{options.name}` is not a valid release name: {problem}")
    folder = find_releases_folder(options.releases, sources.find_configuration())
    if options.from_c is not None and options.paths:
        raise Failure("--from-c and PATH exclude each other")
    if options.from_c is not None:
        schemas = write_schemas(options.from_c, options.target, console)
    else:
        schemas = load_working_schemas(options.paths, console)
    if schemas is None:
        return 1
    try:
        frozen = freeze(options.name, schemas)
        there = baseline.list_releases(folder)
    except CannotFreeze as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"cannot read `{folder}`: {files.describe_error(error)}") from None
    for other in there:
        if other != options.name and other.casefold() == options.name.casefold():
            raise Failure(
                f"release `{other}` exists already, and some file systems do not distinguish "
                "the two names"
            )
    target = os.path.join(folder, options.name)
    if os.path.lexists(target) and not options.force:
        changes = _find_changes(target, frozen)
        if not changes:
            console.say(f"{target}: already frozen with the same content")
            return 0
        console.error(f"release `{options.name}` is already frozen with other content: {changes}")
        console.say(
            "A published release must not change; use --force only if it was not published."
        )
        return 1
    try:
        files.write_folder(target, frozen.files)
    except OSError as error:
        raise Failure(f"cannot write `{target}`: {files.describe_error(error)}") from None
    count = sum(len(layouts) for layouts in frozen.manifest.layouts.values())
    console.say(
        f"{target}: {_count(len(frozen.texts), 'file')} with "
        f"{_count(count, 'device or struct', 'devices and structs')}"
    )
    return 0


def find_releases_folder(given: str | None, settings: Config | None) -> str:
    """The folder of frozen releases: from the command line, else the project, else the default."""
    if given is not None:
        return os.path.normpath(given)
    return RELEASES if settings is None else settings.releases_folder


def read_baseline(folder: str) -> Baseline:
    """The releases in a folder. Problems with them are reported by the command."""
    try:
        return baseline.read(folder)
    except OSError as error:
        raise Failure(f"cannot read `{folder}`: {files.describe_error(error)}") from None


def check_machine(name: str | None, schemas: list[Schema], frozen: Baseline) -> None:
    every = (*schemas, *(schema for each in frozen.releases for schema in each.schemas))
    if name is not None and not any(name in schema.machines for schema in every):
        raise Failure(
            f"unknown machine type `{name}`: no release and no working schema declares it"
        )


def load_working_schemas(paths: list[str], console: Console) -> list[Schema] | None:
    """The schemas as they are now; None where they have errors, which are reported."""
    if "-" in paths:
        raise Failure("cannot freeze stdin: it has no file name; give a PATH")
    found: list[Schema] = []
    for path in paths or sources.find_configured_schemas(sources.require_configuration()):
        schemas = read_schemas(path, console)
        if schemas is None:
            return None
        found += schemas
    return found


def _find_changes(folder: str, frozen: FrozenRelease) -> str:
    """The files of a folder that differ. The version that froze it does not matter."""

    def text(path: str) -> str:
        data = files.read_bytes(os.path.join(folder, path))
        return "" if data is None else files.decode_text(path, data)

    try:
        before = {
            os.path.relpath(p, folder).replace(os.sep, "/") for p in project.find_schemas(folder)
        }
        differing = sorted(
            name
            for name in before | set(frozen.texts)
            if name not in frozen.texts or text(name) != frozen.texts[name]
        )
        if differing:
            more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
            return ", ".join(f"`{name}`" for name in differing[:3]) + more
        known = parse_manifest(text(files.FROZEN))
    except (OSError, UnicodeDecodeError, NotAManifest) as error:
        return str(error) if isinstance(error, NotAManifest) else files.describe_error(error)
    is_same = (known.files, known.layouts) == (frozen.manifest.files, frozen.manifest.layouts)
    return "" if is_same else f"`{files.FROZEN}`"


def _count(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
