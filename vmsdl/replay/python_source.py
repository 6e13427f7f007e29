"""Objects as the Python text that makes them: line by line what differs from reset."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from vmsdl.emit.names import ClassNames
from vmsdl.expr.logic import FieldPath
from vmsdl.replay.program import LENGTH, ReplaySide
from vmsdl.schema.description import Description, Field
from vmsdl.schema.members import SettableMember, find_settable_members
from vmsdl.schema.traverse import find_struct
from vmsdl.schema.types import Array, ListType, MapType, StructType, Type

_SHORT = 8  # equal numbers in a row that are still written one by one


class PythonSource:
    """The text of one side's objects. `modules`: how a test calls each module."""

    def __init__(self, program: ReplaySide, modules: Mapping[str, str]) -> None:
        self.program = program
        self._modules = modules

    @property
    def module(self) -> str:
        return self._modules[self.program.files[self.program.side.description.name].module]

    @property
    def cls(self) -> str:
        return self._class(self.program.side.description.name)

    def assignments(self, o: Any, before: Any, text: str) -> list[str]:
        """What has to be done to an object like `before`, called `text`, to make it `o`."""
        d = self.program.side.description
        names = self.program.names[d.name]
        return list(self._body(o, before, d, names, self.cls, text))

    def place(self, key: FieldPath, text: str) -> str:
        """How what stands at a place is written."""
        d: Description | None = self.program.side.description
        names: ClassNames | None = self.program.names[self.program.side.description.name]
        for part in key:
            if part == LENGTH:
                return f"len({text})"
            if isinstance(part, int):
                text += f" >> {part} & 1" if self.program.is_bit(key) else f"[{part}]"
                continue
            assert d is not None
            assert names is not None
            text += f".{names.attributes[part]}"
            sub = next((s for s in d.subsections if s.name == part), None)
            if sub is not None:
                d, names = sub, names.subsections[part]
                continue
            field = next(f for f in d.fields if f.name == part)
            struct = find_struct(field.type)
            if struct is not None:
                d = self.program.side.schema.descriptions[struct.name]
                names = self.program.names[struct.name]
        return text

    def _class(self, name: str) -> str:
        file = self.program.files[name]
        return f"{self._modules[file.module]}.{self.program.names[name].qualified}"

    def _body(
        self, o: Any, before: Any, d: Description, names: ClassNames, cls: str, text: str
    ) -> Iterator[str]:
        members: tuple[SettableMember | Field, ...] = (*find_settable_members(d), *d.fields)
        for member in members:
            name = names.attributes[member.name]
            value, was = getattr(o, name), getattr(before, name)
            yield from self._member(value, was, member.type, f"{text}.{name}")
        for sub in d.subsections:
            name, own = names.attributes[sub.name], names.subsections[sub.name]
            value, was = getattr(o, name), getattr(before, name)
            if value is None:
                continue
            inner = f"{cls}.{own.simple}"
            if was is None:
                yield f"{text}.{name} = {inner}()"
                was = getattr(type(o), own.simple)()
            yield from self._body(value, was, sub, own, inner, f"{text}.{name}")

    def _member(self, value: Any, was: Any, type_: Type, text: str) -> Iterator[str]:
        if value is None or was is None:
            if value is not was:
                yield f"{text} = {'None' if value is None else self._literal(value, type_)}"
            return
        match type_:
            case StructType(name=name):
                d, names = self.program.side.schema.descriptions[name], self.program.names[name]
                yield from self._body(value, was, d, names, self._class(name), text)
            case Array(element=element) | ListType(element=element) if find_struct(element):
                if len(value) != len(was):
                    yield f"{text} = {self._literal(value, type_)}"
                    was = [self._zero(each, element) for each in value]
                for i, (one, other) in enumerate(zip(value, was, strict=True)):
                    yield from self._member(one, other, element, f"{text}[{i}]")
            case MapType():
                if len(value) != len(was):
                    yield f"{text} = {self._literal(value, type_)}"
            case _:
                if format_literal(value) != format_literal(was):
                    yield f"{text} = {self._literal(value, type_)}"

    def _zero(self, value: Any, type_: Type) -> Any:
        match type_:
            case StructType(name=name):
                return None if value is None else self.program.class_of(name)()
            case Array(element=element):
                return [self._zero(each, element) for each in value]
            case _:
                return value

    def _literal(self, value: Any, type_: Type) -> str:
        """A value; of structs, as they are after reset."""
        match type_:
            case StructType(name=name):
                return "None" if value is None else f"{self._class(name)}()"
            case Array(element=element) | ListType(element=element) if find_struct(element):
                items = [self._literal(each, element) for each in value]
                if len(items) > _SHORT and len(set(items)) == 1:
                    return f"[{items[0]} for _ in range({len(items)})]"
                return f"[{', '.join(items)}]"
            case MapType(key=key, value=inner):
                pairs = value.items() if isinstance(value, Mapping) else value
                if key is None:
                    return f"{{{', '.join(f'{k}: {self._literal(v, inner)}' for k, v in pairs)}}}"
                both = [f"({self._literal(k, key)}, {self._literal(v, inner)})" for k, v in pairs]
                return f"[{', '.join(both)}]"
            case _:
                return format_literal(value)


def format_literal(value: Any) -> str:
    """A number, bytes or sequence of them as Python text; long runs of one number are short."""
    match value:
        case bool():
            return str(value)
        case int():
            return str(int(value))
        case float():
            return repr(value) if abs(value) < float("inf") else f'float("{value}")'
        case bytes():
            runs = [(number, len(list(run))) for number, run in groupby(value)]
            if value and len(runs) == 1 and not value[0]:
                return f"bytes({len(value)})"
            if len(runs) > 1 and runs[-1][0] == 0 and runs[-1][1] > _SHORT:
                return f"{value[: -runs[-1][1]]!r} + bytes({runs[-1][1]})"
            return repr(value)
        case Sequence():
            return f"[{', '.join(_items(value))}]"
        case _:
            return f"[{', '.join(_items(list(value)))}]"


def _items(values: Sequence[Any]) -> Iterator[str]:
    for text, run in groupby(format_literal(value) for value in values):
        count = len(list(run))
        if count > _SHORT:
            yield f"*[{text}] * {count}"
        else:
            yield from [text] * count
