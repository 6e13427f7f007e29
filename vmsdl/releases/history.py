"""The versions of a program: which differ in which device, and their comparisons, made once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vmsdl.diff.compare import compare_device
from vmsdl.diff.devices import pair_sides
from vmsdl.diff.layout.settings import collect_settings
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, Finding
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.nodes import Expr
from vmsdl.releases.release_names import make_sort_key
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
    return sorted({name for version in versions for name in version.machines}, key=make_sort_key)


UNDECLARED = ""  # the name of a machine type that no version declares: it sets nothing

Revision = int  # counted from 0 for each device


class History:
    """Versions, oldest first; the last is the working schemas.

    Most releases do not change a device. Versions that do not differ in a device have one revision
    of it. Two revisions are compared once, whichever versions have them.
    """

    def __init__(self, versions: Iterable[ProgramVersion]) -> None:
        self.versions = tuple(versions)
        self.devices = tuple(dict.fromkeys(n for each in self.versions for n in each.devices))
        self._forms: dict[tuple[int, str], object] = {}
        self._revisions: dict[str, list[object]] = {}
        self._numbers: dict[tuple[int, str, str | None], Revision | None] = {}
        self._compared: dict[object, tuple[DeviceReport, list[Finding]]] = {}

    def device(self, version: str, device: str) -> Side | None:
        found = next(each for each in self.versions if each.name == version)
        return found.devices.get(device)

    def revision(self, place: int, device: str, machine: str | None) -> Revision | None:
        """The revision of a device in a version; None: the version does not have the device."""
        key = (place, device, machine)
        if key not in self._numbers:
            side = self.versions[place].devices.get(device)
            self._numbers[key] = (
                None if side is None else self._find_number(place, side, device, machine)
            )
        return self._numbers[key]

    def _find_number(self, place: int, side: Side, device: str, machine: str | None) -> Revision:
        if (place, device) not in self._forms:
            self._forms[place, device] = find_description_form(side.description, side.schema)
        form = (self._forms[place, device], _collect_own_settings(side, machine))
        known = self._revisions.setdefault(device, [])
        if form not in known:
            known.append(form)
        return known.index(form)

    def compare(
        self, old: int, new: int, device: str, machine: str | None
    ) -> tuple[DeviceReport, list[Finding]]:
        """The comparison of one device in an older and a newer version.

        `machine`: None where it is one that no version declares; properties have their defaults
        there, as they have on one that is declared and sets nothing.
        """
        if machine is None and find_machines(self.versions):
            machine = UNDECLARED
        before, after = self.versions[old].devices, self.versions[new].devices
        one, other = (self.revision(place, device, machine) for place in (old, new))
        if one is None or other is None:
            if one is other:  # neither has it
                return DeviceReport(device, Verdict.OK, Verdict.OK), []
            return compare_device(device, before, after, machine)
        if one == other:
            return DeviceReport(device, Verdict.OK, Verdict.OK), []
        key = (device, one, other)
        if key not in self._compared:
            self._compared[key] = compare_device(device, before, after, machine)
        return self._compared[key]


def _collect_own_settings(side: Side, machine: str | None) -> dict[tuple[str, ...], Expr]:
    """What a machine type sets in a device and all that it embeds."""
    names = {body.name for body in find_reachable(side.schema, side.description)}
    found = collect_settings(side.schema, machine)
    return {path: value for path, value in found.items() if path[0] in names}
