"""hatchling's build hook `[tool.hatch.build.hooks.vmsdl]`: it compiles the schemas of a project."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from vmsdl.integrations.project import ProjectError, build


class VmsdlBuildHook(BuildHookInterface[Any]):
    """Runs before anything is packed: for the sdist, the wheel and an editable install."""

    PLUGIN_NAME = "vmsdl"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            project = build(self.root)
        except ProjectError as error:
            self.app.abort(f"vmsdl: {error}")
            raise
        if project is None:
            self.app.abort("vmsdl: the hook is enabled, but pyproject.toml has no [tool.vmsdl]")
            return
        for path in project.written:
            self.app.display_info(f"vmsdl: {path} written")
        # Generated files are often ignored by version control, and then hatchling leaves them out.
        build_data["artifacts"] += [f"/{path}" for path in project.modules]


@hookimpl
def hatch_register_build_hook() -> type[VmsdlBuildHook]:
    return VmsdlBuildHook
