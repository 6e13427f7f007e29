"""Walks over schemas: the descriptions that are in reach, and the types inside types."""

from collections.abc import Iterator

from vmsdl.schema.description import Description, Role, Schema
from vmsdl.schema.types import Array, ListType, MapType, StructType, Type


def find_devices(schema: Schema) -> Iterator[Description]:
    """Those of the file itself, not of what it imports."""
    for definition in schema.files[-1].definitions:
        if isinstance(definition, Description) and definition.role is Role.DEVICE:
            yield definition


def find_reachable(schema: Schema, description: Description) -> Iterator[Description]:
    """A description, its subsections, and every struct inside, each once."""
    done: set[str] = set()
    waiting = [description]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.subsections
        for each in one.fields:
            for name in find_struct_names(each.type):
                if name not in done:
                    done.add(name)
                    waiting.append(schema.descriptions[name])


def find_struct_names(kind: Type) -> Iterator[str]:
    match kind:
        case StructType(name=name):
            yield name
        case Array(element=element) | ListType(element=element):
            yield from find_struct_names(element)
        case MapType(key=key, value=value):
            if key is not None:
                yield key.name
            yield value.name
        case _:
            pass
