"""setuptools' hooks: modules are made before packages are searched, schemas go into the sdist."""

from collections.abc import Iterator

from vmsdl.integrations.project import ProjectError, build, describe


def finalize(distribution: object) -> None:
    """Compile what `[tool.vmsdl]` says; runs whenever setuptools begins to work on a project.

    That is before it searches for packages, so the modules are found in every kind of build. A
    project without `[tool.vmsdl]` is left alone.
    """
    try:
        project = build("")
    except ProjectError as error:
        raise SystemExit(f"vmsdl: {error}") from None
    if project is None:
        return
    for path in project.written:
        print(f"vmsdl: {path} written")
    # setuptools packs Python files alone, unless it is told of others.
    package_data = getattr(distribution, "package_data", None)
    if isinstance(package_data, dict):
        package_data.setdefault("", []).append("py.typed")


def find_files(folder: str) -> Iterator[str]:
    """The schemas of a project, so that an sdist can be built from again."""
    if folder not in ("", "."):
        return
    try:
        project = describe("")
    except ProjectError:
        return  # finalize has said it
    if project:
        yield from project.schemas
