"""`@omitted`: why nothing is lost when a field is not sent."""

from enum import Enum

from vmsdl.schema.description import Annotation, Description, Placed

NAME = "omitted"


class Omission(Enum):
    """Why the receiver does not miss the field."""

    DEFAULT = "default"  # it has its default then, always: an invariant of the device
    UNUSED = "unused"  # nobody reads it then
    REBUILT = "rebuilt"  # a hook makes it from what was sent


def read_omission(field: Placed, owner: Description) -> Omission | None:
    """What a schema says of a field, or else of the body that holds it."""
    for placed in (field, owner):
        for annotation in placed.annotations:
            if annotation.name == NAME:
                return read_omission_reason(annotation)
    return None


def read_omission_reason(annotation: Annotation) -> Omission | None:
    """None where the word is unknown."""
    words = {each.value: each for each in Omission}
    first = annotation.arguments[0] if annotation.arguments else None
    return words.get(first) if isinstance(first, str) else None
