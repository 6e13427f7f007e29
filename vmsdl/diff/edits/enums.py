"""From the enums and flags that two bodies use to what changed about their members."""

from collections.abc import Iterator

from vmsdl.diff.edits.pair import Pair, once_per_pair
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition, EnumMember, Field
from vmsdl.schema.traverse import strip_arrays
from vmsdl.schema.types import EnumType, Type


@dataclass(frozen=True, slots=True)
class EnumChange:
    """An old enum and the new enum in its place, with the fields of a body that use them."""

    old: EnumDefinition
    new: EnumDefinition
    old_fields: tuple[Field, ...]
    new_fields: tuple[Field, ...]

    @property
    def renumbered(self) -> list[tuple[EnumMember, EnumMember]]:
        """Members with the same name and another number."""
        return [
            (old, new)
            for old in self.old.members
            for new in self.new.members
            if old.name == new.name and old.value != new.value
        ]

    @property
    def renamed(self) -> list[tuple[EnumMember, EnumMember]]:
        """Members with the same number, whose names the other side does not have."""
        return [
            (old, new)
            for old in _find_unmatched(self.old, self.new)
            for new in _find_unmatched(self.new, self.old)
            if old.value == new.value
        ]

    @property
    def removed(self) -> list[EnumMember]:
        renamed = [old for old, _ in self.renamed]
        return [each for each in _find_unmatched(self.old, self.new) if each not in renamed]

    @property
    def added(self) -> list[EnumMember]:
        renamed = [new for _, new in self.renamed]
        return [each for each in _find_unmatched(self.new, self.old) if each not in renamed]

    @property
    def field_names(self) -> str:
        """For a message."""
        return ", ".join(f"`{field.name}`" for field in self.new_fields)


@once_per_pair
def find_enum_changes(pair: Pair) -> Iterator[EnumChange]:
    """Each enum that fields of the body use, with the enum that the same fields use now."""
    found: dict[tuple[str, str], list[tuple[Field, Field]]] = {}
    for old, new in pair.kept_fields:
        before, after = _find_enum(old.type), _find_enum(new.type)
        if before is not None and after is not None:
            found.setdefault((before, after), []).append((old, new))
    for (before, after), fields in found.items():
        yield EnumChange(
            pair.old.schema.enums[before],
            pair.new.schema.enums[after],
            tuple(old for old, _ in fields),
            tuple(new for _, new in fields),
        )


def _find_unmatched(here: EnumDefinition, there: EnumDefinition) -> list[EnumMember]:
    names = {each.name for each in there.members}
    return [each for each in here.members if each.name not in names]


def _find_enum(type_: Type) -> str | None:
    """The name of the enum of a field, also in an array."""
    element = strip_arrays(type_)
    return element.name if isinstance(element, EnumType) else None
