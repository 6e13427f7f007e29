"""Who registers which description as a section of the stream, under which names.

A device's class has it (`dc->vmsd`, hw/core/qdev.c registers it when the device is realized), the
legacy one of a CPU too (`legacy_vmsd`, hw/core/cpu-system.c), or a function registers it itself
(`vmstate_register…`, migration/savevm.c).
"""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from vmsdl.csource.brackets import find_close, is_nothing, split_list, strip_parentheses
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.qom import QomType, QomTypes
from vmsdl.csource.unit import Unit
from vmsdl.records import dataclass

# vmstate_register(obj, instance_id, vmsd, opaque), …_any(obj, vmsd, opaque),
# …_with_alias_id(obj, instance_id, vmsd, opaque, alias_id, required_for_version, errp)
_DESCRIPTION_ARGUMENT = {
    "vmstate_register": 2,
    "vmstate_register_any": 1,
    "vmstate_register_with_alias_id": 2,
    "vmstate_replace_hack_for_ppc": 2,
}
_WORDS = ("vmsd", *_DESCRIPTION_ARGUMENT, "register_savevm_live")


@dataclass(frozen=True, slots=True)
class CSection:
    """A description that is a section, with the types of devices that have it."""

    variable: str
    unit: Unit
    place: SourcePlace
    types: tuple[QomType, ...] = ()

    @property
    def type_names(self) -> tuple[str, ...]:
        """As -dump-vmstate lists them: abstract types too."""
        return tuple(sorted(each.name for each in self.types))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is a section and could not be read, with the reason."""

    place: SourcePlace
    what: str
    reason: str


@dataclass(slots=True)
class Sections:
    """All sections of a program, by variable and file in the order of their files."""

    found: dict[tuple[str, str], CSection] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def add(self, section: CSection) -> None:
        key = (section.variable, section.unit.path)
        known = self.found.get(key)
        if known is None:
            self.found[key] = section
        else:
            types = known.types + tuple(each for each in section.types if each not in known.types)
            self.found[key] = replace(known, types=types)


def find_sections(program: Program, types: QomTypes) -> Sections:
    sections = Sections()
    for type_ in types.by_name.values():
        _add_class(sections, types, type_)
    for path in program.paths:
        if path.endswith(".h") or not program.is_built(path):
            continue
        if not any(word in program.tree.read(path) for word in _WORDS):
            continue
        unit = program.unit(path)
        # `dc->vmsd = info->vmsd;`: the class chooses from a table.
        chooses = any(
            token == "vmsd" and unit.tokens[at - 1] == "->" and unit.tokens[at + 1] == ";"
            for at, token in enumerate(unit.tokens[:-1])
        )
        for at, token in enumerate(unit.tokens):
            before = unit.tokens[at - 1]
            is_table = token == "legacy_vmsd" or (token == "vmsd" and chooses)
            if (is_table and before == ".") or (token == "vmsd" and before == "->"):
                _add_variable(sections, program, unit, at, unit.tokens[at + 1 : at + 4])
            elif token in _DESCRIPTION_ARGUMENT and unit.tokens[at + 1 : at + 2] == ["("]:
                _add_call(sections, program, unit, at)
            elif token == "register_savevm_live" and unit.tokens[at + 1 : at + 2] == ["("]:
                _leave_out_call(sections, program, unit, at)
    return sections


def _add_class(sections: Sections, types: QomTypes, type_: QomType) -> None:
    """A type has the description of its own class_init, or of its nearest parent that has one."""
    for each in types.find_chain(type_):
        for found in _find_assignments(types, each):
            if isinstance(found, LeftOut):
                if each is type_:
                    sections.left_out.append(found)
            elif found is not None:
                sections.add(replace(found, types=(type_,)))
            return


def _find_assignments(types: QomTypes, type_: QomType) -> Iterator[CSection | LeftOut | None]:
    """What class_init assigns to `->vmsd`: None where it takes the description away."""
    for body in types.find_class_init(type_):
        tokens = body.tokens
        for at, token in enumerate(tokens):
            if token != "vmsd" or tokens[at - 1] != "->" or tokens[at + 1 : at + 2] != ["="]:
                continue
            value = tokens[at + 2 : tokens.index(";", at)] if ";" in tokens[at:] else []
            place = SourcePlace(body.unit.path, body.unit.lines[body.start + at])
            if is_nothing(value):
                yield None
            elif value[0] == "&":
                yield CSection(strip_parentheses(value)[-1], body.unit, place)
            else:
                yield LeftOut(place, "".join(value), "the description is chosen by a variable")


def _add_variable(
    sections: Sections, program: Program, unit: Unit, at: int, value: Sequence[str]
) -> None:
    """`.legacy_vmsd = &x`, `.vmsd = &x` in a table that a class chooses from, `->vmsd = &x` in the
    class_init of a type that is made when the program runs."""
    is_known = value[:2] == ["=", "&"] and program.find_initializer(
        "VMStateDescription", value[2], unit
    )
    if is_known:
        place = SourcePlace(unit.path, unit.lines[at])
        sections.add(CSection(value[2], unit, place))


def _add_call(sections: Sections, program: Program, unit: Unit, at: int) -> None:
    close = find_close(unit.tokens, at + 1)
    arguments = split_list(unit.tokens[at + 2 : close])
    place = SourcePlace(unit.path, unit.lines[at])
    number = _DESCRIPTION_ARGUMENT[unit.tokens[at]]
    # A declaration or definition has types where a call has values.
    if number >= len(arguments) or "VMStateDescription" in arguments[number]:
        return
    value = arguments[number]
    if list(value[:1]) == ["&"] and len(value) == 2:
        sections.add(CSection(value[1], unit, place))
    elif unit.path != "hw/core/qdev.c" and "legacy_vmsd" not in value and len(value) > 1:
        reason = "the description is made or chosen when the program runs"
        sections.left_out.append(LeftOut(place, "".join(value), reason))


def _leave_out_call(sections: Sections, program: Program, unit: Unit, at: int) -> None:
    arguments = split_list(unit.tokens[at + 2 : find_close(unit.tokens, at + 1)])
    if len(arguments) > 3 and "char" not in arguments[0]:
        place = SourcePlace(unit.path, unit.lines[at])
        name = "".join(program.expand(list(arguments[0]), unit)).strip('"')
        sections.left_out.append(LeftOut(place, name, "it is written by functions of its own"))
