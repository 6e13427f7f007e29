"""Which descriptions have a codec: all but those with bytes of unknown length in their midst."""

from vmsdl.schema.description import Description, Field, Role, Schema
from vmsdl.schema.types import Array, ListType, MapType, Opaque, StructType, Type


def find_without_codec(schema: Schema) -> dict[str, str]:
    """The devices and structs without a codec, by name, and why."""
    reasons: dict[str, str] = {}
    for name, description in schema.descriptions.items():
        field = _endless(description)
        if field is not None:
            reasons[name] = f"where `{field}` ends only its own codec knows"
    changed = True
    while changed:  # what embeds one has none either
        changed = False
        for name, description in schema.descriptions.items():
            found = next((s for s in find_embedded_structs(description) if s in reasons), None)
            if name not in reasons and found is not None:
                reasons[name] = f"it embeds `{found}`, which has none"
                changed = True
    return reasons


def find_embedded_structs(description: Description) -> tuple[str, ...]:
    """The structs that a description embeds, its subsections' too, in order."""
    found = [name for step in description.fields for name in _structs(step.type)]
    for subsection in description.subsections:
        found.extend(find_embedded_structs(subsection))
    return tuple(dict.fromkeys(found))


def _structs(type_: Type) -> tuple[str, ...]:
    match type_:
        case StructType(name=name):
            return (name,)
        case Array(element=element) | ListType(element=element):
            return _structs(element)
        case MapType(key=key, value=value):
            return (*(() if key is None else (key.name,)), value.name)
        case _:
            return ()


def _endless(description: Description) -> str | None:
    """A field that takes the rest of the section though something may follow it."""
    for step in description.steps:
        if isinstance(step, Field) and _takes_rest(step.type):
            last = step is description.steps[-1] and not description.subsections
            if not (last and description.role is Role.DEVICE and isinstance(step.type, Opaque)):
                return step.name
    for subsection in description.subsections:
        found = _endless(subsection)
        if found is not None:
            return found
    return None


def _takes_rest(type_: Type) -> bool:
    match type_:
        case Opaque(length=None):
            return True
        case Array(element=element):
            return _takes_rest(element)
        case _:
            return False
