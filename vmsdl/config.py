"""`[tool.vmsdl]` of a pyproject.toml: what is compiled, and to where; how versions are compared."""

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from vmsdl import files, project

LEVELS = ("ok", "no-loss", "conditional", "any")  # what can be required of a direction
RELEASES = "releases"  # where releases are frozen, unless a project says otherwise


class ConfigError(Exception):
    """A `[tool.vmsdl]` that cannot be followed; the message is for the user."""


@dataclass(frozen=True, slots=True)
class AllowedCode:
    """Warnings of one code that are accepted, and why: a row of `[tool.vmsdl.allow]`.

    `files`: patterns of the paths they are in, relative to the configuration; empty: any.
    """

    code: str
    reason: str
    files: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """`path`: relative to the configuration, with slashes."""
        return not self.files or any(fnmatch(path, each) for each in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All paths are relative to `folder`, where the file lies."""

    folder: str
    sources: tuple[str, ...] = (".",)  # files, folders, or patterns of them
    exclude: tuple[str, ...] = ()  # patterns of paths that are no sources
    output: str | None = None  # the folder for modules; beside their sources where None
    package: str | None = None  # the package, below `output`, that the modules belong to
    strict: bool = False  # warnings refuse too
    allow: tuple[AllowedCode, ...] = ()  # warnings that are accepted
    # Of [tool.vmsdl.diff], how versions are compared:
    releases: str = RELEASES  # the folder of frozen schemas
    suppressions: str | None = None  # the file of suppressions
    require: tuple[tuple[str, str], ...] = ()  # a level for each direction
    devices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()  # the same, by device

    @property
    def output_folder(self) -> str | None:
        if self.output is None and self.package is None:
            return None
        parts = self.package.split(".") if self.package else []
        return os.path.normpath(os.path.join(self.folder, self.output or "", *parts))

    @property
    def releases_folder(self) -> str:
        return os.path.normpath(os.path.join(self.folder, self.releases))

    @property
    def suppressions_file(self) -> str | None:
        if self.suppressions is None:
            return None
        return os.path.normpath(os.path.join(self.folder, self.suppressions))

    @property
    def package_folders(self) -> tuple[str, ...]:
        """The folders of `package`, outermost first."""
        parts = self.package.split(".") if self.package else []
        start = os.path.join(self.folder, self.output or "")
        return tuple(
            os.path.normpath(os.path.join(start, *parts[: n + 1])) for n in range(len(parts))
        )

    def schemas(self, *, may_be_gone: bool = False) -> list[str]:
        """The sources, each once. Raises ConfigError where one names nothing, which it may not."""
        found: dict[str, None] = {}
        for source in self.sources:
            paths = list(self._matches(source))
            if not paths and not may_be_gone:
                raise ConfigError(f"`sources`: no .vmsd file at `{source}`")
            found.update(dict.fromkeys(paths))
        return [path for path in found if not self._is_excluded(path)]

    def covers(self, path: str) -> bool:
        """Would it be a source, if it were there?"""
        inner = os.path.relpath(path, self.folder or ".").replace(os.sep, "/")
        parts = inner.split("/")
        heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        wanted = [os.path.normpath(source).replace("**/", "*") for source in self.sources]
        is_named = any(fnmatch(head, each) for each in wanted for head in heads) or "." in wanted
        return is_named and ".." not in parts and not self._is_excluded(path)

    def _matches(self, source: str) -> Iterator[str]:
        import glob

        path = os.path.normpath(os.path.join(self.folder, source))
        places = [path]
        if not os.path.exists(path):
            places = sorted(glob.glob(path, recursive=True))
        inside = (project.find_project(self.folder or "."),)
        for place in places:
            if (fault := project.find_fault(place, inside)) is not None:
                raise ConfigError(f"`sources`: `{place}`: {fault}")
            if os.path.isdir(place):
                yield from (os.path.normpath(name) for name in project.find_schemas(place))
            else:
                yield place

    def _is_excluded(self, path: str) -> bool:
        inner = os.path.relpath(path, self.folder or ".").replace(os.sep, "/")
        parts = inner.split("/")
        # A pattern may name a folder, and then means all that is in it.
        heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        return any(fnmatch(head, p.rstrip("/")) for p in self.exclude for head in heads)


def find_config(start: str = "") -> Config | None:
    """The nearest `[tool.vmsdl]`, in this folder or one above it."""
    here = os.path.abspath(start or ".")
    folder = start
    while True:
        config = read_config(folder)
        if config is not None:
            return config
        parent = os.path.dirname(here)
        if parent == here:
            return None
        here = parent
        folder = os.path.relpath(here)


def read_config(folder: str) -> Config | None:
    """The `[tool.vmsdl]` of a folder's pyproject.toml, None where there is none."""
    path = os.path.join(folder, "pyproject.toml")
    data = files.read_bytes(path)
    # Most projects do not speak of vmsdl: they need not pay for a TOML parser.
    if data is None or b"vmsdl" not in data:
        return None
    table = _find_table(_parse_toml(path, data))
    return None if table is None else _read_table(path, table, "[tool.vmsdl]: ")


def read_config_file(path: str) -> Config:
    """A file that was named: what is in its [tool.vmsdl], or else all of it."""
    data = files.read_bytes(path)
    if data is None:
        raise ConfigError(f"cannot find file `{path}`")
    document = _parse_toml(path, data)
    table = _find_table(document)
    if table is None:
        return _read_table(path, document, "")
    return _read_table(path, table, "[tool.vmsdl]: ")


def _parse_toml(path: str, data: bytes) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"cannot read `{path}`: {error}") from None


def _find_table(document: dict[str, object]) -> object | None:
    tool = document.get("tool", {})
    return tool.get("vmsdl") if isinstance(tool, dict) else None


def _read_table(path: str, table: object, where: str) -> Config:
    try:
        return _build_config(os.path.dirname(path), table)
    except ConfigError as error:
        raise ConfigError(f"`{path}`: {where}{error}") from None


def _build_config(folder: str, table: object) -> Config:
    if not isinstance(table, dict):
        raise ConfigError("expected a table")
    _check_keys(table, ("sources", "exclude", "output", "package", "strict", "allow", "diff"))
    package = _read_text(table, "package")
    if package is not None and not all(part.isidentifier() for part in package.split(".")):
        raise ConfigError(f"`package`: `{package}` is not a valid package name")
    diff = _read_diff(table)
    strict = table.get("strict", False)
    if not isinstance(strict, bool):
        raise ConfigError("`strict` must be true or false")
    config = Config(
        folder=folder,
        sources=_read_texts(table, "sources", (".",)),
        exclude=_read_texts(table, "exclude", ()),
        output=_read_text(table, "output"),
        package=package,
        strict=strict,
        allow=_read_allowed(table.get("allow", {})),
        releases=_read_text(diff, "releases") or RELEASES,
        suppressions=_read_text(diff, "suppressions"),
        require=_read_levels(diff.get("require", {}), "diff.require"),
        devices=_read_devices(diff),
    )
    _check_inside(config)
    return config


def _check_inside(config: Config) -> None:
    """What a project names lies in it: a pull request can change its configuration."""
    places = {
        "output": config.output_folder,
        "diff.releases": config.releases_folder,
        "diff.suppressions": config.suppressions_file,
    }
    inside = project.find_project(config.folder or ".")
    for key, place in places.items():
        if place is not None and not project.is_inside(place, inside):
            raise ConfigError(f"`{key}`: `{place}` is {project.describe_outside((inside,))}")


def _read_allowed(table: object) -> tuple[AllowedCode, ...]:
    """`[tool.vmsdl.allow]`: by code a reason, or a table with a reason and files."""
    if not isinstance(table, dict):
        raise ConfigError("`allow` must be a table of codes, each with a reason")
    found = []
    for code, value in table.items():
        row = {"reason": value} if isinstance(value, str) else value
        if not isinstance(row, dict):
            raise ConfigError(f"`allow.{code}` must be a reason, or a table with `reason`")
        _check_keys(row, ("reason", "files"), f"allow.{code}.")
        reason = row.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            raise ConfigError(f"`allow.{code}` has no reason")
        found.append(AllowedCode(code, reason.strip(), _read_texts(row, "files", ())))
    return tuple(found)


def _read_diff(table: dict[str, object]) -> dict[str, object]:
    """`[tool.vmsdl.diff]`: how versions are compared."""
    diff = table.get("diff", {})
    if not isinstance(diff, dict):
        raise ConfigError("`diff` must be a table")
    _check_keys(diff, ("releases", "suppressions", "require", "devices"), "diff.")
    return diff


def _read_devices(diff: dict[str, object]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What is required of devices, by patterns of their names on the wire."""
    devices = diff.get("devices", {})
    if not isinstance(devices, dict):
        raise ConfigError("`diff.devices` must be a table of patterns")
    return tuple(
        (pattern, _read_levels(levels, f'diff.devices."{pattern}"'))
        for pattern, levels in devices.items()
    )


def _read_levels(table: object, name: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(table, dict):
        raise ConfigError(f'`{name}` must be a table, such as {{ old-to-new = "ok" }}')
    _check_keys(table, ("old-to-new", "new-to-old"), f"{name}.")
    for direction, level in table.items():
        if level not in LEVELS:
            raise ConfigError(f"`{name}.{direction}` must be one of {', '.join(LEVELS)}")
    return tuple(table.items())


def _check_keys(table: dict[str, object], known: tuple[str, ...], prefix: str = "") -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}"
            raise ConfigError(f"unknown key `{prefix}{key}`; {hint}")


def _read_text(table: dict[str, object], key: str) -> str | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise ConfigError(f"`{key}` must be a string")
    return value


def _read_texts(table: dict[str, object], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = table.get(key)
    if value is None:
        return default
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ConfigError(f"`{key}` must be a list of strings")
    return tuple(value)
