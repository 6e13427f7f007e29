"""Machine types and what they set: `…_compat_…` tables of hw/core/machine.c and of each machine.

A machine's options function calls that of the next newer one, then adds its tables
(`compat_props_add`, include/hw/boards.h): a later entry wins over an earlier one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.qom import QomType, QomTypes, read_string
from vmsdl.csource.unit import Region
from vmsdl.records import dataclass

_MACHINE = "machine"
_SUFFIX = "-machine"
_DEEPEST = 64


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
        for _, name in self._find_steps(type_.class_init, type_):
            if isinstance(name, str):
                return type_.unit.path, name
        return None

    def read_machine(self, type_: QomType) -> CMachine:
        extends: str | None = None
        entries: list[CompatEntry] = []
        waiting = [type_.class_init]
        options = self.find_options(type_)
        for _ in range(_DEEPEST):
            if not waiting:
                break
            inner: list[str | None] = []
            own: list[CompatEntry] = []
            for _, step in self._find_steps(waiting.pop(), type_):
                if isinstance(step, Region):
                    own += self._read_table(step)
                elif (type_.unit.path, step) != options and (
                    owner := self.owners.get((type_.unit.path, step))
                ):
                    extends = owner.name.removesuffix(_SUFFIX)
                else:
                    inner.append(step)
            waiting += inner
            entries = own + entries if inner else entries + own
        return CMachine(type_.name.removesuffix(_SUFFIX), extends, tuple(entries), type_.place)

    def _find_steps(
        self, function: str | None, type_: QomType
    ) -> Iterator[tuple[int, "str | Region"]]:
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
                arguments = split(tokens[at + 2 : find_close(tokens, at + 1)])
                if len(arguments) > 1:
                    region = self._find_table(arguments[1][-1], found.body)
                    if region is not None:
                        yield at, region
            elif "options" in token or token.endswith("_class_init"):
                called = self.program.find_function(token, unit)
                if called is not None and called.body.unit.path == unit.path:
                    yield at, token

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
            columns = split(tokens[begin + 1 : end])
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
