"""Machine types and what they set: `…_compat_…` tables of hw/core/machine.c and of each machine.

A machine's options function calls that of the next newer one, then adds its tables
(`compat_props_add`, include/hw/boards.h): a later entry wins over an earlier one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field

from vmsdl.csource.brackets import find_close, split_list
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.qom import QomType, QomTypes, read_string
from vmsdl.csource.unit import Region
from vmsdl.records import dataclass

_MACHINE = "machine"
_SUFFIX = "-machine"
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class CompatEntry:
    """One line of a table: each device of type `driver` has this value for its property."""

    driver: str
    property: str
    value: str
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class CMachine:
    """A machine type. `entries` are those that it has in addition to the machine it extends."""

    name: str
    extends: str | None
    entries: tuple[CompatEntry, ...]
    place: SourcePlace


def find_machines(program: Program, types: QomTypes) -> tuple[CMachine, ...]:
    reader = _MachineReader(program, types)
    machines = [
        type_
        for type_ in types.find_family(_MACHINE)
        if not type_.is_abstract and type_.name.endswith(_SUFFIX)
    ]
    reader.owners = {
        function: type_
        for type_ in machines
        if (function := reader.find_options(type_)) is not None
    }
    return tuple(
        reader.read_machine(type_) for type_ in sorted(machines, key=lambda each: each.name)
    )


@dataclass(slots=True)
class _MachineReader:
    program: Program
    types: QomTypes
    owners: dict[tuple[str, str], QomType] = field(default_factory=dict)

    def find_options(self, type_: QomType) -> tuple[str, str] | None:
        """The options function that class_init calls first, by file and name."""
        steps = self._find_steps(type_.class_init, type_)
        name = next((step for step in steps if isinstance(step, str)), None)
        return None if name is None else (type_.unit.path, name)

    def read_machine(self, type_: QomType) -> CMachine:
        extends: list[str] = []
        options = self.find_options(type_)
        entries = tuple(self._follow(type_.class_init, type_, options, extends, 0))
        name = type_.name.removesuffix(_SUFFIX)
        return CMachine(name, extends[-1] if extends else None, entries, type_.place)

    def _follow(
        self,
        function: str | None,
        type_: QomType,
        options: tuple[str, str] | None,
        extends: list[str],
        depth: int,
    ) -> Iterator[CompatEntry]:
        """What a function adds, in the order of the code. The machine whose options function it
        calls is the one that it extends."""
        for step in self._find_steps(function, type_) if depth < _DEEPEST else ():
            if isinstance(step, Region):
                yield from self._read_table(step)
                continue
            called = (type_.unit.path, step)
            owner = None if called == options else self.owners.get(called)
            if owner is None:
                yield from self._follow(step, type_, options, extends, depth + 1)
            else:
                extends.append(owner.name.removesuffix(_SUFFIX))

    def _find_steps(self, function: str | None, type_: QomType) -> Iterator["str | Region"]:
        """In the order of the code: functions of the file that get the class, and tables."""
        found = None if function is None else self.program.find_function(function, type_.unit)
        if found is None:
            return
        tokens = found.body.tokens
        unit = found.body.unit
        for at, token in enumerate(tokens[:-1]):
            if tokens[at + 1] != "(":
                continue
            if token == "compat_props_add":
                arguments = split_list(tokens[at + 2 : find_close(tokens, at + 1)])
                if len(arguments) > 1:
                    region = self._find_table(arguments[1][-1], found.body)
                    if region is not None:
                        yield region
            elif "options" in token or token.endswith("_class_init"):
                called = self.program.find_function(token, unit)
                if called is not None and called.body.unit.path == unit.path:
                    yield token

    def _find_table(self, name: str, body: Region) -> Region | None:
        """The table of this name: declared in the function itself, or in the program."""
        tokens = body.unit.tokens
        for at in range(body.start, body.end - 4):
            if tokens[at] == "GlobalProperty" and tokens[at + 1] == name:
                brace = tokens.index("{", at)
                return Region(body.unit, brace + 1, find_close(tokens, brace))
        return self.program.find_initializer("GlobalProperty", name, body.unit)

    def _read_table(self, region: Region) -> Iterator[CompatEntry]:
        unit = region.unit
        tokens = unit.tokens
        for begin in range(region.start, region.end):
            if tokens[begin] != "{":
                continue
            end = find_close(tokens, begin, region.end)
            columns = split_list(tokens[begin + 1 : end])
            values = [self._read_column(column, region) for column in columns[:3]]
            if len(values) == 3 and None not in values:
                driver, name, value = (each or "" for each in values)
                yield CompatEntry(driver, name, value, SourcePlace(unit.path, unit.lines[begin]))

    def _read_column(self, tokens: Sequence[str], region: Region) -> str | None:
        if tokens[:1] == ["."] and "=" in tokens:
            tokens = tokens[list(tokens).index("=") + 1 :]
        return read_string(self.program, tokens, region.unit)


def read_setting(value: str) -> int | bool | None:
    """The number or bool that a table's text stands for; None for any other text."""
    words = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
    if value in words:
        return words[value]
    try:
        return int(value, 0)
    except ValueError:
        return None
