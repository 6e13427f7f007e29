"""setuptools' hooks: modules are made before packages are looked for, schemas go into the sdist."""

from collections.abc import Iterator

from vmsdl.integrations.project import ProjectError, build, describe


def finalize(distribution: object) -> None:
    """Compile what `[tool.vmsdl]` says; runs whenever setuptools begins to work on a project.

    That is before it searches for packages, so the modules are found in every kind of build. A
    project that does not speak of vmsdl is left alone.
    """
    try:
        project = build("")
    except ProjectError as error:
        raise SystemExit(f"vmsdl: {error}") from None
    for path in project.written if project else ():
        print(f"vmsdl: {path} written")


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
