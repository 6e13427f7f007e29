"""The devices that a comparison is limited to: by name, or by the sections of a stream."""

from fnmatch import fnmatchcase

from vmsdl.diff.report import DeviceReport
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class ChosenDevices:
    """`patterns`: names on the wire, with `*`. `sections`: names of sections of a stream.

    QEMU puts the path of a device before the name of its description, and a slash between them
    (`vmstate_register_with_alias_id` in `migration/savevm.c`): `0000:00:02.0/pciespscsi`.
    """

    patterns: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def has(self, wire_name: str) -> bool:
        return any(fnmatchcase(wire_name, pattern) for pattern in self.patterns) or any(
            section == wire_name or section.endswith(f"/{wire_name}") for section in self.sections
        )

    def matches(self, pattern: str, device: DeviceReport) -> bool:
        """Whether a device of a report is there because of this pattern."""
        sides = (side for side in (device.old, device.new) if side is not None)
        return any(fnmatchcase(side.description.wire_name, pattern) for side in sides)
