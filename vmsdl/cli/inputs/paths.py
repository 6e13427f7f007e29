"""From the paths on a command line to the .vmsd files they mean."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vmsdl import files, project
from vmsdl.cli.console import Failure

# An up-to-date `vmsdl compile PATH` needs neither a configuration nor sources: what they import is
# imported in functions, for start-up speed.
if TYPE_CHECKING:
    from vmsdl.config import Config
    from vmsdl.source import SourceFile

STDIN = "-"


def find(paths: Iterable[str]) -> list[str]:
    """The files that are named, and the .vmsd files of folders; each once."""
    found: dict[str, None] = {}
    for path in paths:
        if path == STDIN:
            found[path] = None
        elif os.path.isdir(path):
            try:
                inside = [os.path.normpath(name) for name in project.find_schemas(path)]
            except OSError as error:
                raise Failure(
                    f"cannot read `{error.filename}`: {files.describe_error(error)}"
                ) from None
            if not inside:
                raise Failure(f"no .vmsd file in `{path}`")
            found.update(dict.fromkeys(inside))
        else:
            found[os.path.normpath(path) if path else path] = None
    return list(found)


def find_configuration(path: str | None = None) -> "Config | None":
    """The configuration in that file, else the nearest `[tool.vmsdl]`, if there is one."""
    from vmsdl import config

    try:
        return config.find_config() if path is None else config.read_config_file(path)
    except config.ConfigError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"cannot read `{error.filename}`: {files.describe_error(error)}") from None


def require_configuration() -> "Config":
    """`[tool.vmsdl]`, for a command that was given no path."""
    found = find_configuration()
    if found is None:
        raise Failure(
            "no PATH given, and no pyproject.toml with [tool.vmsdl] in this folder or above"
        )
    return found


def find_configured_schemas(settings: "Config") -> list[str]:
    from vmsdl.config import ConfigError

    try:
        found = settings.schemas()
    except ConfigError as error:
        where = os.path.join(settings.folder, "pyproject.toml")
        raise Failure(f"`{where}`: [tool.vmsdl]: {error}") from None
    if not found:
        raise Failure("[tool.vmsdl] excludes all of its sources")
    return found


def read(path: str) -> "SourceFile":
    """A file's text, or stdin's."""
    from vmsdl.source import SourceFile

    try:
        if path == STDIN:
            if sys.stdin is None:  # closed by whoever started us
                raise Failure("cannot read stdin: it is closed")
            data = sys.stdin.buffer.read(files.LARGEST + 1)
            return SourceFile("<stdin>", files.decode_text("<stdin>", data))
        project.check_named(path)
        return files.read_source(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None
    except ValueError:
        raise Failure(f"cannot read {path!r}: invalid path") from None


def map_file(path: str) -> Any:
    """A file's bytes, mapped and not read: streams have gigabytes of guest memory."""
    try:
        return files.map_file(path)
    except OSError as error:
        raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None


def read_json(path: str) -> Any:
    """A JSON file's value."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None
    except (ValueError, RecursionError) as error:
        raise Failure(f"`{path}` is not valid JSON: {error}") from None
