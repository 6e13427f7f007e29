"""Which descriptions have a codec: all but those with bytes of unknown length before other data."""

from vmsdl.schema.description import Description, Field, Role, Schema
from vmsdl.schema.traverse import find_embedded_structs, strip_arrays
from vmsdl.schema.types import Opaque, Type


def find_without_codec(schema: Schema) -> dict[str, str]:
    """The devices and structs without a codec, by name, and why."""
    reasons: dict[str, str] = {}
    for name, description in schema.descriptions.items():
        field = _find_endless_field(description)
        if field is not None:
            reasons[name] = f"only its own codec knows the length of `{field}`"
    changed = True
    while changed:  # what embeds one has none either
        changed = False
        for name, description in schema.descriptions.items():
            found = next((s for s in find_embedded_structs(description) if s in reasons), None)
            if name not in reasons and found is not None:
                reasons[name] = f"it embeds `{found}`, which has no codec"
                changed = True
    return reasons


def _find_endless_field(description: Description) -> str | None:
    """A field that takes the rest of the section although more may follow it."""
    for step in description.steps:
        if isinstance(step, Field) and _takes_rest(step.type):
            last = step is description.steps[-1] and not description.subsections
            if not (last and description.role is Role.DEVICE and isinstance(step.type, Opaque)):
                return step.name
    for subsection in description.subsections:
        found = _find_endless_field(subsection)
        if found is not None:
            return found
    return None


def _takes_rest(type_: Type) -> bool:
    element = strip_arrays(type_)
    return isinstance(element, Opaque) and element.length is None
