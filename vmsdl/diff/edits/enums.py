"""From the enums and flags of two bodies to what became of their arms."""

from collections.abc import Iterator

from vmsdl.diff.edits.pair import Pair
from vmsdl.records import dataclass
from vmsdl.schema.description import Arm, EnumDefinition, Field
from vmsdl.schema.traverse import strip_arrays
from vmsdl.schema.types import EnumType, Type


@dataclass(frozen=True, slots=True)
class EnumChange:
    """One enum, and the fields of a body that hold it."""

    old: EnumDefinition
    new: EnumDefinition
    old_fields: tuple[Field, ...]
    new_fields: tuple[Field, ...]

    @property
    def moved(self) -> list[tuple[Arm, Arm]]:
        """The same name, another number."""
        return [
            (arm, other)
            for arm in self.old.arms
            for other in self.new.arms
            if arm.name == other.name and arm.value != other.value
        ]

    @property
    def renamed(self) -> list[tuple[Arm, Arm]]:
        """The same number, and neither name is there on the other side."""
        return [
            (arm, other)
            for arm in _only(self.old, self.new)
            for other in _only(self.new, self.old)
            if arm.value == other.value
        ]

    @property
    def gone(self) -> list[Arm]:
        kept = [arm for arm, _ in self.renamed]
        return [arm for arm in _only(self.old, self.new) if arm not in kept]

    @property
    def came(self) -> list[Arm]:
        kept = [arm for _, arm in self.renamed]
        return [arm for arm in _only(self.new, self.old) if arm not in kept]

    @property
    def fields(self) -> str:
        return ", ".join(f"`{field.name}`" for field in self.new_fields)


def find_enum_changes(pair: Pair) -> Iterator[EnumChange]:
    """Each enum of either side, with the one that stands where it stood."""
    found: dict[tuple[str, str], list[tuple[Field, Field]]] = {}
    for old, new in pair.kept:
        before, after = _enum(old.type), _enum(new.type)
        if before is not None and after is not None:
            found.setdefault((before, after), []).append((old, new))
    for (before, after), both in found.items():
        yield EnumChange(
            pair.old.schema.enums[before],
            pair.new.schema.enums[after],
            tuple(old for old, _ in both),
            tuple(new for _, new in both),
        )


def _only(one: EnumDefinition, other: EnumDefinition) -> list[Arm]:
    names = {arm.name for arm in other.arms}
    return [arm for arm in one.arms if arm.name not in names]


def _enum(type_: Type) -> str | None:
    element = strip_arrays(type_)
    return element.name if isinstance(element, EnumType) else None
