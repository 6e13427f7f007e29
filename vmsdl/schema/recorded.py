"""`@recorded`: what a schema says about the dump or stream that it was imported from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from vmsdl.schema.description import Annotation, Description, Machine, Placed, Schema
from vmsdl.schema.traverse import find_reachable, strip_arrays
from vmsdl.schema.types import Opaque, StructType, Type

Release = tuple[int, int]
NO_COUNTS = "no array counts"  # @info of a machine whose dump has no numbers of elements


class Origin(Enum):
    """Where knowledge comes from: it decides what an absence means."""

    SCHEMA = "schema"  # types, conditions, checks
    DUMP = "dump"  # names, versions and subsections of all classes; no types, no CPUs
    STREAM = "stream"  # one version's layouts in one state


def is_recorded(description: Description) -> bool:
    """Whether it was imported from a dump or a stream."""
    return any(annotation.name == "recorded" for annotation in description.annotations)


def is_translated(description: Description) -> bool:
    """Whether it was read from the C source of QEMU: what it says is what QEMU does."""
    return any(annotation.name == "source" for annotation in description.annotations)


def find_origin(schema: Schema, description: Description) -> Origin:
    """Without a type, what was imported comes from a dump."""
    if not is_recorded(description):
        return Origin.SCHEMA
    leaves = [leaf for one in find_reachable(schema, description) for leaf in _find_leaf_types(one)]
    is_typed = any(not isinstance(leaf, Opaque) or leaf.codec for leaf in leaves)
    return Origin.STREAM if is_typed else Origin.DUMP


def _find_leaf_types(description: Description) -> Iterator[Type]:
    for each in description.fields:
        kind = strip_arrays(each.type)
        if not isinstance(kind, StructType):
            yield kind


_EVER, _NEVER = (0, 0), (99, 0)


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

    def narrow(self, other: "Age") -> "Age":
        """What both of them say."""
        return Age(max(self.oldest, other.oldest), min(self.before, other.before))

    def is_later_than(self, other: "Age") -> bool:
        return self.oldest >= other.before


def read_recorded_age(placed: Placed) -> Age:
    """What `@recorded(…)` says."""
    age = Age()
    for annotation in placed.annotations:
        for argument in annotation.arguments if annotation.name == "recorded" else ():
            found = _WORDS.fullmatch(str(argument))
            if found is not None:
                release = int(found[2]), int(found[3])
                age = age.narrow(Age(before=release) if found[1] else Age(oldest=release))
    return age


@dataclass(frozen=True, slots=True)
class RecordedMachine:
    """A machine type that wrote a dump, a stream or both, of which schemas were imported."""

    name: str
    origins: frozenset[Origin]
    age: Age


def find_recorded_machines(schema: Schema) -> Iterator[RecordedMachine]:
    """Those that a schema declares."""
    for machine in schema.machines.values():
        if any(annotation.name == "recorded" for annotation in machine.annotations):
            words = {
                argument
                for annotation in machine.annotations
                if annotation.name == "recorded"
                for argument in annotation.arguments
            }
            origins = frozenset(one for one in Origin if one.value in words)
            yield RecordedMachine(machine.name, origins, _read_machine_age(machine))


def _read_machine_age(machine: Machine) -> Age:
    has_no_counts = Annotation("info", (NO_COUNTS,)) in machine.annotations
    # A dump has the numbers of elements of arrays since 8.1.
    return read_recorded_age(machine).narrow(Age(before=(8, 1)) if has_no_counts else Age())
