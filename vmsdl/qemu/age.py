"""Which releases of QEMU can have written a stream: by what it holds, or as `@recorded` says."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmsdl.qemu.verdict import Release
from vmsdl.schema.description import Description

if TYPE_CHECKING:
    from vmsdl.qemu.incoming import Incoming

_EVER, _NEVER = (0, 0), (99, 0)
_SWITCHOVER_START = 11
_WORDS = re.compile(r"(before )?(\d+)\.(\d+)( or later)?")


@dataclass(frozen=True, slots=True)
class Age:
    """Its release is `oldest` or a later one, and comes before `before`."""

    oldest: Release = _EVER
    before: Release = _NEVER

    @property
    def words(self) -> tuple[str, ...]:
        """As they stand in `@recorded(…)`; none where nothing is known."""
        if self.oldest != _EVER:
            return (f"{self.oldest[0]}.{self.oldest[1]} or later",)
        return (f"before {self.before[0]}.{self.before[1]}",) if self.before != _NEVER else ()

    def is_later_than(self, other: "Age") -> bool:
        return self.oldest >= other.before


def age_of(incoming: "Incoming") -> Age:
    # Imported here: a comparison of schemas asks for what is recorded, and opens no stream.
    from vmsdl.qemu.framing import Command, Trailer

    numbers = {part.number for part in incoming.parts if isinstance(part, Command)}
    trailer = next((part for part in incoming.parts if isinstance(part, Trailer)), None)
    if _SWITCHOVER_START in numbers:
        return Age(oldest=(10, 0))
    if trailer is not None and "configuration" in trailer.json:
        return Age(oldest=(8, 2))
    if trailer is not None and incoming.configuration is not None:
        return Age(before=(8, 2))
    return Age()


def recorded_age(description: Description) -> Age:
    """What `@recorded(…)` says."""
    for annotation in description.annotations:
        for argument in annotation.arguments if annotation.name == "recorded" else ():
            found = _WORDS.fullmatch(str(argument))
            if found is not None:
                release = int(found[2]), int(found[3])
                return Age(before=release) if found[1] else Age(oldest=release)
    return Age()
