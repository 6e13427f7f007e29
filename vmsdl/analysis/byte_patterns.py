"""From the steps of a body to whether the bytes they write can begin with a given pattern.

Only bytes that a guest or a file can set freely count: buffers, single bytes and arrays of words.
One wide integer that happens to spell a name is not worth a word to the user: what follows a struct
begins with some registers in nearly every device of QEMU, and nobody could tell the warning that
matters from the others. So `u8 u8 u32 i64 …` in the next struct spells nothing. For the same reason
a name is not followed from the last bytes of a body into what its embedder puts behind them.
"""

from collections.abc import Iterable
from dataclasses import field
from typing import TypeAlias, assert_never

from vmsdl.analysis.intervals import NATURAL, Interval
from vmsdl.analysis.ranges import Ground, Ranges
from vmsdl.analysis.subsection_lookahead import can_be_nothing
from vmsdl.expr.nodes import Expr, Literal
from vmsdl.records import dataclass
from vmsdl.schema.description import (
    Description,
    EnumDefinition,
    Field,
    Schema,
    Step,
    Unused,
    Validate,
)
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)

# For every byte, in order, the values it may have.
Pattern: TypeAlias = tuple[range, ...]
# How many bytes of the pattern have been met so far, in some state.
Met: TypeAlias = frozenset[int]

_DEEPEST = 40  # structs inside structs; what is deeper is not looked into


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """One pattern. `owner` is the body whose steps are asked about."""

    schema: Schema
    pattern: Pattern
    _known: dict[tuple[str, Met], Met] = field(default_factory=dict)

    def first_match(self, steps: Iterable[Step], owner: Description) -> Step | None:
        """The step in which the pattern can be complete, if it begins right before the steps."""
        met: Met = frozenset({0})
        for step in steps:
            met = self.behind(met, step, owner)
            if len(self.pattern) in met:
                return step
            if not met:
                return None
        return None

    def behind(self, met: Met, step: Step, owner: Description, depth: int = 0) -> Met:
        """What can have been met behind a step, where it is there and where it is not."""
        skipped = met if can_be_nothing(step, owner) else frozenset()
        match step:
            case Validate():
                return met
            case Unused():
                return skipped  # zeros
            case Field(type=Scalar(name=name)) if SCALARS[name].size == 1:
                return skipped | self._one_byte(met, self._allowed(step, name))
            case Field(type=type_):
                return skipped | self.behind_type(met, type_, depth)
            case _:
                assert_never(step)

    def behind_type(self, met: Met, of: Type, depth: int = 0) -> Met:
        match of:
            case Scalar(row=row):
                return self._one_byte(met, Interval(row.low, row.high)) if row.size == 1 else NONE
            case EnumType(name=name):
                return self._of_enum(met, self.schema.enums[name])
            case Opaque(length=None):
                return NONE  # nothing can be said of it
            case Opaque(codec=None, length=Literal(value=2 | 4 | 8)):
                return NONE  # a description without types: most likely one integer
            case Bytes(length=length) | Opaque(length=length):
                return self._free(met, length, 1)
            case Bitmap(bits=bits):
                whole = bits.value // 64 * 8 if isinstance(bits, Literal) else None
                return self._free(met, whole, 1)
            case StructType(name=name):
                return self._of_struct(met, name, depth)
            case Array(nullable=True):
                return NONE
            case Array(element=Scalar(row=row), count=count) if row.is_integer or row.is_float:
                return self._free(met, count, row.size)
            case Array(element=element, count=count):
                most = int(count.value) if isinstance(count, Literal) else len(self.pattern)
                found, now = met, met
                for _ in range(min(most, len(self.pattern))):
                    now = self.behind_type(now, element, depth)
                    if now <= found:
                        break
                    found |= now
                return found
            case Blob() | ListType() | MapType():
                return NONE  # they begin with a length, a count or a mark
            case _:
                assert_never(of)

    def _of_struct(self, met: Met, name: str, depth: int) -> Met:
        struct = self.schema.descriptions.get(name)
        if struct is None or depth > _DEEPEST or not met:
            return NONE
        if (name, met) not in self._known:
            now, complete = met, met & {len(self.pattern)}
            for step in struct.steps:
                if not now:
                    break
                now = self.behind(now, step, struct, depth + 1)
                complete |= now & {len(self.pattern)}
            self._known[name, met] = now | complete
        return self._known[name, met]

    def _one_byte(self, met: Met, allowed: Interval) -> Met:
        def fits(values: range) -> bool:
            return any(v in allowed or v - 256 in allowed for v in values)

        last = len(self.pattern)
        return frozenset(m + 1 for m in met if m < last and fits(self.pattern[m])) | met & {last}

    def _of_enum(self, met: Met, enum: EnumDefinition) -> Met:
        if SCALARS[enum.scalar].size > 1:
            return NONE
        every = 0
        for arm in enum.arms:
            every |= arm.value & 0xFF
        values = {arm.value & 0xFF for arm in enum.arms}
        last = len(self.pattern)

        def fits(byte: range) -> bool:
            if enum.is_flags:
                return any(v & ~every == 0 for v in byte)
            return any(v in values for v in byte)

        return frozenset(m + 1 for m in met if m < last and fits(self.pattern[m])) | met & {last}

    def _free(self, met: Met, length: Expr | int | None, size: int) -> Met:
        """Behind so many bytes of any value; as many as one likes where that is not known here."""
        last = len(self.pattern)
        number = length.value if isinstance(length, Literal) else length
        if isinstance(number, int):
            return frozenset(min(m + number * size, last) for m in met)
        return frozenset(m for first in met for m in range(first, last + 1))

    def _allowed(self, step: Field, scalar: str) -> Interval:
        """The values that a field's own checks leave."""
        row = SCALARS[scalar]
        ranges = Ranges(Ground(0, NATURAL, self.schema.enums))
        for check in step.checks:
            ranges = ranges.assuming(check.condition)
        known = ranges.assumed.get((0, step.name), Interval())
        return known.meet(Interval(row.low, row.high))


NONE: Met = frozenset()
