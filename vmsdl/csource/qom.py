"""QOM types: names, parents, and what their class_init says of state (include/qom/object.h)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from vmsdl.csource.brackets import (
    find_close,
    is_nothing,
    read_designators,
    split_list,
    strip_parentheses,
)
from vmsdl.csource.constants import evaluate
from vmsdl.csource.descriptions import find_elements
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.unit import Region, Unit
from vmsdl.records import dataclass

_LONGEST_CHAIN = 32


@dataclass(frozen=True, slots=True)
class QomType:
    """A TypeInfo. `class_init` is the name of its function, or None."""

    name: str
    parent: str | None
    is_abstract: bool
    class_init: str | None
    unit: Unit
    place: SourcePlace


@dataclass(slots=True)
class QomTypes:
    """All types of a program, by name."""

    program: Program
    by_name: dict[str, QomType] = field(default_factory=dict)
    children: dict[str, list[QomType]] = field(default_factory=dict)
    bodies: dict[tuple[str, str], Sequence[Region]] = field(default_factory=dict)

    def find_chain(self, type_: QomType) -> Iterator[QomType]:
        """The type, its parent, and so on."""
        current: QomType | None = type_
        for _ in range(_LONGEST_CHAIN):
            if current is None:
                return
            yield current
            current = self.by_name.get(current.parent or "")

    def find_family(self, name: str) -> Iterator[QomType]:
        """The type of this name and all types that inherit from it."""
        waiting = [name]
        seen: set[str] = set()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            if current in self.by_name:
                yield self.by_name[current]
            waiting += [child.name for child in self.children.get(current, ())]

    def find_class_init(self, type_: QomType) -> Sequence[Region]:
        """The body of its class_init, and those of the functions of its file that it calls."""
        if type_.class_init is None:
            return ()
        key = type_.unit.path, type_.class_init
        if key not in self.bodies:  # many types inherit from one
            self.bodies[key] = self._find_bodies(type_.class_init, type_.unit)
        return self.bodies[key]

    def _find_bodies(self, class_init: str, unit: Unit) -> Sequence[Region]:
        function = self.program.find_function(class_init, unit)
        if function is None:
            return ()
        bodies = [function.body]
        tokens = function.body.tokens
        for at, token in enumerate(tokens[:-1]):
            if tokens[at + 1] == "(" and "class_init" in token:
                called = self.program.find_function(token, function.body.unit)
                if called is not None and called.body != function.body:
                    bodies.append(called.body)
        return bodies


def read_types(program: Program) -> QomTypes:
    found = QomTypes(program)
    for _, region in program.initializers("TypeInfo"):
        if not program.is_built(region.unit.path):
            continue
        for element in find_elements(program, region):
            type_ = _read_type(program, element)
            if type_ is not None and type_.name not in found.by_name:
                found.by_name[type_.name] = type_
                if type_.parent is not None:
                    found.children.setdefault(type_.parent, []).append(type_)
    return found


def _read_type(program: Program, region: Region) -> QomType | None:
    facts = read_designators(program.expand(region.tokens, region.unit))
    name = read_string(program, facts.get("name", ()), region.unit)
    if name is None:
        return None
    return QomType(
        name=name,
        parent=read_string(program, facts.get("parent", ()), region.unit),
        is_abstract=bool(evaluate(program, facts.get("abstract", ()), region.unit)),
        class_init=_read_name(facts, "class_init"),
        unit=region.unit,
        place=SourcePlace(region.unit.path, region.line),
    )


def _read_name(facts: Mapping[str, Sequence[str]], key: str) -> str | None:
    tokens = strip_parentheses(facts.get(key, ()))
    return tokens[0] if len(tokens) == 1 and not is_nothing(tokens) else None


def read_string(program: Program, tokens: Sequence[str], unit: Unit) -> str | None:
    """The text of string literals side by side, macros expanded; None where it is anything else."""
    expanded = strip_parentheses(program.expand(list(tokens), unit))
    if not expanded or not all(each.startswith('"') for each in expanded):
        return None
    return "".join(each[1:-1] for each in expanded)


def find_calls(tokens: Sequence[str], function: str) -> Iterator[list[list[str]]]:
    """Of each call of a function in a body the tokens of its arguments."""
    for at, token in enumerate(tokens[:-1]):
        if token == function and tokens[at + 1] == "(":
            yield split_list(tokens[at + 2 : find_close(tokens, at + 1)])
