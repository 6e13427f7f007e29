"""Builds what the `[tool.vmsdl]` of a project asks for; the common part of all build hooks."""

import os
from typing import NamedTuple

from vmsdl import config, files
from vmsdl.build import targets as building
from vmsdl.build.acceptance import UnknownCode, WarningPolicy
from vmsdl.build.import_graph import ImportGraph
from vmsdl.project import make_reader


class ProjectError(Exception):
    """A project whose schemas cannot be built; the message is for the user."""


class Project(NamedTuple):
    """What building reads and writes: paths relative to the project's folder, with `/`."""

    schemas: tuple[str, ...]
    modules: tuple[str, ...]  # and the markers of their packages
    written: tuple[str, ...] = ()


def describe(root: str) -> Project | None:
    """What building would read and write; None for a project without `[tool.vmsdl]`."""
    found = _targets(root)
    return None if found is None else _project(root, *found[:2])


def build(root: str) -> Project | None:
    """Compile what is stale and write it; nothing is written where one schema has errors."""
    found = _targets(root)
    if found is None:
        return None
    settings, targets, graph = found
    try:
        stale = [target for target in targets if building.find_staleness_reason(target, graph)]
        modules: list[building.Module] = []
        policy = WarningPolicy(settings.strict, lambda: settings)
        for result in building.compile_all(stale, graph, jobs=1):
            built = policy.apply(result)
            if building.is_refused(built, settings.strict):
                # Imported here: an up-to-date build has nothing to say.
                from vmsdl.diagnostics.render.text import render

                words = render(built.diagnostics)
                raise ProjectError(f"cannot compile `{built.target.path}`\n{words}")
            modules += built.modules
        building.check_overwrites(modules)
        written = building.write_modules(modules) + building.write_package_markers(
            settings.package_folders
        )
    except (building.BuildError, UnknownCode) as error:
        raise ProjectError(str(error)) from None
    except OSError as error:
        raise ProjectError(
            f"cannot read `{error.filename}`: {files.describe_error(error)}"
        ) from None
    return _project(root, settings, targets, written)


def _targets(root: str) -> tuple[config.Config, list[building.Target], ImportGraph] | None:
    # Build systems run in the project's folder: paths in messages and headers are then short.
    folder = "" if os.path.realpath(root or ".") == os.getcwd() else root
    try:
        settings = config.read_config(folder)
        if settings is None:
            return None
        roots = settings.schemas()
        graph = ImportGraph(make_reader(roots))
        for schema in roots:
            graph.read_text(schema)
        return settings, building.find_targets(roots, settings.output_folder, graph), graph
    except (config.ConfigError, building.BuildError) as error:
        raise ProjectError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        where = getattr(error, "filename", None) or "a schema"
        raise ProjectError(f"cannot read `{where}`: {files.describe_error(error)}") from None


def _project(
    root: str,
    settings: config.Config,
    targets: list[building.Target],
    written: list[str] | None = None,
) -> Project:
    start = settings.folder or "."

    def inner(paths: list[str]) -> tuple[str, ...]:
        found = (os.path.relpath(path, start).replace(os.sep, "/") for path in paths)
        return tuple(dict.fromkeys(found))

    markers = building.find_package_markers(settings.package_folders)
    return Project(
        schemas=inner([path for target in targets for path in target.inputs]),
        modules=inner([*(path for target in targets for path in target.outputs), *markers]),
        written=inner(written or []),
    )
