"""From the versions of a program to what each makes of the state of each other, compared once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vmsdl.diff.compare import compare_device
from vmsdl.diff.devices import pair_sides
from vmsdl.diff.layout.settings import collect_settings
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, Finding
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.nodes import Expr
from vmsdl.releases.release_names import sort_names
from vmsdl.schema.description import Schema
from vmsdl.schema.structure import find_description_form
from vmsdl.schema.traverse import find_reachable


@dataclass(frozen=True, slots=True)
class ProgramVersion:
    """A release, or the working schemas. `devices`: by wire name."""

    name: str
    devices: Mapping[str, Side] = field(repr=False)
    machines: frozenset[str] = frozenset()


def make_version(name: str, schemas: Iterable[Schema]) -> ProgramVersion:
    known = tuple(schemas)
    machines = frozenset(each for schema in known for each in schema.machines)
    return ProgramVersion(name, pair_sides(known), machines)


def find_machines(versions: Iterable[ProgramVersion]) -> list[str]:
    return sorted({name for version in versions for name in version.machines}, key=sort_names)


Revision = int


class History:
    """Versions, oldest first.

    Most releases do not touch a device. What is equal in several of them is one edition of it, and
    two editions are compared once, whichever releases have them.
    """

    def __init__(self, versions: Iterable[ProgramVersion]) -> None:
        self.versions = tuple(versions)
        self.devices = tuple(dict.fromkeys(n for each in self.versions for n in each.devices))
        self._shapes: dict[tuple[int, str], object] = {}
        self._editions: dict[str, list[object]] = {}
        self._known: dict[tuple[int, str, str | None], Revision | None] = {}
        self._compared: dict[object, tuple[DeviceReport, list[Finding]]] = {}

    def device(self, version: str, device: str) -> Side | None:
        found = next(each for each in self.versions if each.name == version)
        return found.devices.get(device)

    def edition(self, place: int, device: str, machine: str | None) -> Revision | None:
        """Which edition of a device a version has; None: it has none."""
        key = (place, device, machine)
        if key not in self._known:
            side = self.versions[place].devices.get(device)
            self._known[key] = None if side is None else self._number(place, side, device, machine)
        return self._known[key]

    def _number(self, place: int, side: Side, device: str, machine: str | None) -> Revision:
        if (place, device) not in self._shapes:
            self._shapes[place, device] = find_description_form(side.description, side.schema)
        shape = (self._shapes[place, device], _settings(side, machine))
        known = self._editions.setdefault(device, [])
        if shape not in known:
            known.append(shape)
        return known.index(shape)

    def compared(
        self, old: int, new: int, device: str, machine: str | None
    ) -> tuple[DeviceReport, list[Finding]]:
        """What a device of an older version and that of a newer one make of each other."""
        before, after = self.versions[old].devices, self.versions[new].devices
        one, other = (self.edition(place, device, machine) for place in (old, new))
        if one is None or other is None:
            if one is other:
                return DeviceReport(device, Verdict.OK, Verdict.OK), []
            return compare_device(device, before, after, machine)
        if one == other:
            return DeviceReport(device, Verdict.OK, Verdict.OK), []
        key = (device, one, other)
        if key not in self._compared:
            self._compared[key] = compare_device(device, before, after, machine)
        return self._compared[key]


def _settings(side: Side, machine: str | None) -> dict[tuple[str, ...], Expr]:
    """What a machine type sets in a device and all that it embeds."""
    names = {body.name for body in find_reachable(side.schema, side.description)}
    found = collect_settings(side.schema, machine)
    return {path: value for path, value in found.items() if path[0] in names}
