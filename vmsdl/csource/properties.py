"""Properties of devices: members, defaults and bits, from DEFINE_PROP_* (qdev-properties.h)."""

from collections.abc import Sequence
from dataclasses import field

from vmsdl.csource.brackets import read_designators, split_list
from vmsdl.csource.constants import evaluate
from vmsdl.csource.descriptions import read_member
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.qom import QomType, QomTypes, find_calls, read_string
from vmsdl.csource.unit import Region
from vmsdl.records import dataclass

_SETTERS = ("device_class_set_props", "device_class_set_props_n")


@dataclass(frozen=True, slots=True)
class CProperty:
    """A property: the member of the state that it sets, or with `bit` one bit of the member."""

    name: str
    state: str
    path: tuple[str, ...]
    default: int | None
    bit: int | None
    place: SourcePlace


@dataclass(slots=True)
class Properties:
    """The properties of a program: by the member that they set, and by the array that has them."""

    by_member: dict[tuple[str, tuple[str, ...]], list[CProperty]] = field(default_factory=dict)
    by_array: dict[tuple[str, str], list[CProperty]] = field(default_factory=dict)

    def find(self, state: str, path: tuple[str, ...]) -> Sequence[CProperty]:
        return self.by_member.get((state, path), ())

    def find_of_type(self, types: QomTypes, type_: QomType) -> dict[str, CProperty]:
        """All properties of a type by name, those of its parents included."""
        found: dict[str, CProperty] = {}
        for each in types.find_chain(type_):
            for body in types.find_class_init(each):
                for setter in _SETTERS:
                    for arguments in find_calls(body.tokens, setter):
                        if len(arguments) > 1:
                            for one in self.by_array.get((body.unit.path, arguments[1][-1]), ()):
                                found.setdefault(one.name, one)
        return found


def read_properties(program: Program) -> Properties:
    found = Properties()
    for variable, region in program.initializers("Property"):
        properties = [
            one
            for item in split_list(program.expand(region.tokens, region.unit))
            if item[:1] == ["{"]
            for one in _read_property(program, item, region)
        ]
        found.by_array[region.unit.path, variable] = properties
        for one in properties:
            found.by_member.setdefault((one.state, one.path), []).append(one)
    return found


def _read_property(program: Program, item: Sequence[str], region: Region) -> list[CProperty]:
    unit = region.unit
    facts = read_designators(item[1:-1])
    name = read_string(program, facts.get("name", ()), unit)
    member = read_member(facts.get("offset", ()))
    if name is None or member is None or member.state is None:
        return []
    info = "".join(facts.get("info", ()))
    is_bit = "bit" in info and "bitnr" in facts
    default = facts.get("defval.u", facts.get("defval.i", ()))
    return [
        CProperty(
            name=name,
            state=member.state,
            path=tuple(word for word in member.path if word != "."),
            default=evaluate(program, default, unit) if default else None,
            bit=evaluate(program, facts["bitnr"], unit) if is_bit else None,
            place=SourcePlace(unit.path, region.line),
        )
    ]
