"""Whether the bytes that the steps of a body write can begin with a given pattern.

Only bytes that a guest or a file can set freely count: buffers, single bytes and arrays of words.
A single wide integer never matches. In nearly every device of QEMU some registers follow a struct,
and a warning for each would hide the warnings that matter. For the same reason a match does not go
on from the last bytes of a body into what follows where the body is embedded.
"""

from collections.abc import Iterable
from dataclasses import field
from typing import TypeAlias, assert_never

from vmsdl.analysis.intervals import NATURAL, Interval
from vmsdl.analysis.ranges import RangeContext, Ranges
from vmsdl.analysis.subsection_lookahead import can_send_nothing
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

# The allowed values of each byte.
Pattern: TypeAlias = tuple[range, ...]
# The numbers of bytes of the pattern that can have matched so far, in some state.
MatchedBytes: TypeAlias = frozenset[int]

_DEEPEST = 40  # structs inside structs; deeper ones are not matched


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """Matches one pattern. `owner` is the body of the steps."""

    schema: Schema
    pattern: Pattern
    _results: dict[tuple[str, MatchedBytes], MatchedBytes] = field(default_factory=dict)

    def find_first_match(self, steps: Iterable[Step], owner: Description) -> Step | None:
        """The first step in which a match from the start of the steps can be complete."""
        matched: MatchedBytes = frozenset({0})
        for step in steps:
            matched = self.match_step(matched, step, owner)
            if len(self.pattern) in matched:
                return step
            if not matched:
                return None
        return None

    def match_step(
        self, matched: MatchedBytes, step: Step, owner: Description, depth: int = 0
    ) -> MatchedBytes:
        """What can have matched after a step, whether it is sent or not."""
        skipped = matched if can_send_nothing(step, owner) else frozenset()
        match step:
            case Validate():
                return matched
            case Unused():
                return skipped  # zeros
            case Field(type=Scalar(name=name)) if SCALARS[name].size == 1:
                return skipped | self._match_byte(matched, self._find_allowed_values(step, name))
            case Field(type=type_):
                return skipped | self.match_type(matched, type_, depth)
            case _:
                assert_never(step)

    def match_type(self, matched: MatchedBytes, of: Type, depth: int = 0) -> MatchedBytes:
        match of:
            case Scalar(row=row):
                return (
                    self._match_byte(matched, Interval(row.low, row.high))
                    if row.size == 1
                    else NO_MATCH
                )
            case EnumType(name=name):
                return self._match_enum(matched, self.schema.enums[name])
            case Opaque(length=None):
                return NO_MATCH  # nothing is known of its bytes
            case Opaque(codec=None, length=Literal(value=2 | 4 | 8)):
                return NO_MATCH  # a description without types: most likely one integer
            case Bytes(length=length) | Opaque(length=length):
                return self._match_any_bytes(matched, length, 1)
            case Bitmap(bits=bits):
                whole = bits.value // 64 * 8 if isinstance(bits, Literal) else None
                return self._match_any_bytes(matched, whole, 1)
            case StructType(name=name):
                return self._match_struct(matched, name, depth)
            case Array(nullable=True):
                return NO_MATCH
            case Array(element=Scalar(row=row), count=count) if row.is_integer or row.is_float:
                return self._match_any_bytes(matched, count, row.size)
            case Array(element=element, count=count):
                most = int(count.value) if isinstance(count, Literal) else len(self.pattern)
                found, now = matched, matched
                for _ in range(min(most, len(self.pattern))):
                    now = self.match_type(now, element, depth)
                    if now <= found:
                        break
                    found |= now
                return found
            case Blob() | ListType() | MapType():
                return NO_MATCH  # they begin with a length, a count or a mark
            case _:
                assert_never(of)

    def _match_struct(self, matched: MatchedBytes, name: str, depth: int) -> MatchedBytes:
        struct = self.schema.descriptions.get(name)
        if struct is None or depth > _DEEPEST or not matched:
            return NO_MATCH
        if (name, matched) not in self._results:
            now, complete = matched, matched & {len(self.pattern)}
            for step in struct.steps:
                if not now:
                    break
                now = self.match_step(now, step, struct, depth + 1)
                complete |= now & {len(self.pattern)}
            self._results[name, matched] = now | complete
        return self._results[name, matched]

    def _match_byte(self, matched: MatchedBytes, allowed: Interval) -> MatchedBytes:
        def fits(values: range) -> bool:
            return any(v in allowed or v - 256 in allowed for v in values)

        last = len(self.pattern)
        return frozenset(m + 1 for m in matched if m < last and fits(self.pattern[m])) | matched & {
            last
        }

    def _match_enum(self, matched: MatchedBytes, enum: EnumDefinition) -> MatchedBytes:
        if SCALARS[enum.scalar].size > 1:
            return NO_MATCH
        every = 0
        for member in enum.members:
            every |= member.value & 0xFF
        values = {member.value & 0xFF for member in enum.members}
        last = len(self.pattern)

        def fits(byte: range) -> bool:
            if enum.is_flags:
                return any(v & ~every == 0 for v in byte)
            return any(v in values for v in byte)

        return frozenset(m + 1 for m in matched if m < last and fits(self.pattern[m])) | matched & {
            last
        }

    def _match_any_bytes(
        self, matched: MatchedBytes, length: Expr | int | None, size: int
    ) -> MatchedBytes:
        """What can have matched after `length` elements of any bytes. None: any number of them."""
        last = len(self.pattern)
        number = length.value if isinstance(length, Literal) else length
        if isinstance(number, int):
            return frozenset(min(m + number * size, last) for m in matched)
        return frozenset(m for first in matched for m in range(first, last + 1))

    def _find_allowed_values(self, step: Field, scalar: str) -> Interval:
        """The values of a field that its own checks allow."""
        row = SCALARS[scalar]
        ranges = Ranges(RangeContext(0, NATURAL, self.schema.enums))
        for check in step.checks:
            ranges = ranges.assume(check.condition)
        known = ranges.assumed.get((0, step.name), Interval())
        return known.meet(Interval(row.low, row.high))


NO_MATCH: MatchedBytes = frozenset()
