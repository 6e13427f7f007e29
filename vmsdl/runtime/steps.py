"""The steps of a description: fields, unused bytes and rules, in wire order."""

from array import array
from typing import Any

from vmsdl.runtime.cursor import (
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
    evaluate,
    measure,
    plural,
)
from vmsdl.runtime.layout import (
    EXTERN,
    Code,
    ExternCondition,
    FieldLayout,
    UnusedLayout,
    ValidateLayout,
)
from vmsdl.runtime.scalars import Codec, describe_type, shorten

UNLIMITED = MemoryBudget(1 << 62)
LENIENT = MemoryBudget(1 << 62, lenient=True)


class FieldStep:
    """A field: whether it is there, its value, and what the value must satisfy."""

    __slots__ = (
        "attribute",
        "checks",
        "codec",
        "default",
        "is_bounded",
        "is_compared",
        "is_equal",
        "is_extern",
        "load_checks",
        "name",
        "since",
        "when",
    )

    def __init__(self, field: FieldLayout, codec: Codec) -> None:
        self.attribute = field.attribute
        self.name = field.name
        self.codec = codec
        self.since = field.since
        self.is_extern = isinstance(field.when, ExternCondition)
        self.when: Code | None = None if isinstance(field.when, ExternCondition) else field.when
        self.checks = field.checks
        self.load_checks = (*field.checks, *field.load_checks)
        self.is_equal = field.equal
        self.is_bounded = field.bounded
        self.is_compared = field.equal or field.bounded
        self.default = None if field.default is None else codec.convert(field.default)

    def initial(self, context: ObjectContext, budget: MemoryBudget) -> Any:
        """What the field holds where nothing was sent and no object says otherwise."""
        if self.default is not None or self.is_extern:
            return self.default
        return self.codec.zero(budget, context, 0)

    def load(self, reader: InputReader, context: ObjectContext) -> None:
        o = context.chain[0]
        start = reader.pos
        try:
            if self.since > context.version or (
                self.when is not None and not evaluate(self.when, context, start)
            ):
                self.skip(reader, context)
                return
            own = getattr(o, self.attribute) if context.keeps else None
            if self.is_extern and context.based and own is None:
                return  # as with null pointers, the receiver's own object says what is there
            value = self.codec.load(reader, own, context, 0)
            if self.is_compared:
                self.compare(value, own if context.based else None, start)
            setattr(o, self.attribute, value)
            for check, rule in self.load_checks:
                if not evaluate(check, context, start):
                    raise CodecRefusal(
                        "check-failed", f"{describe_value(value)} fails the check: {rule}", start
                    )
        except CodecRefusal as refusal:
            refusal.parts.append("." + self.name)
            raise

    def skip(self, reader: InputReader, context: ObjectContext) -> None:
        """Absent: keeps what is there, else its default, at the length of this moment."""
        o = context.chain[0]
        if context.keeps and (
            self.attribute not in context.initial
            or getattr(o, self.attribute) is not context.initial[self.attribute]
        ):
            return
        try:
            setattr(o, self.attribute, self.initial(context, reader.budget))
        except CodecRefusal as refusal:
            refusal.offset = reader.pos
            raise

    def compare(self, value: Any, own: Any, start: int) -> None:
        if self.is_equal and own is not None and not is_equal_value(value, own):
            words = f"{describe_value(value)} differs from the receiver's {describe_value(own)}"
            raise CodecRefusal("not-equal", words, start, (value, own))
        if self.is_bounded:
            if value < 0:
                raise CodecRefusal("out-of-range", f"value {value} is negative", start, (value,))
            if own is not None and value > own:
                words = f"value {value} is greater than the receiver's {own}"
                raise CodecRefusal("out-of-range", words, start, (value, own))

    def save(self, writer: OutputWriter, context: ObjectContext) -> None:
        try:
            if self.since > context.version or (
                self.when is not None and not evaluate(self.when, context, 0)
            ):
                return
            try:
                value = getattr(context.chain[0], self.attribute)
            except AttributeError:
                raise CodecRefusal("bad-value", "is not set") from None
            if value is None and self.is_extern:
                return
            self.codec.save(writer, value, context, 0)
            for check, rule in self.checks:
                if not evaluate(check, context, 0):
                    raise CodecRefusal(
                        "check-failed", f"{describe_value(value)} fails the check: {rule}"
                    )
        except CodecRefusal as refusal:
            refusal.parts.append("." + self.name)
            raise


class UnusedStep:
    """Bytes that mean nothing."""

    __slots__ = ("step",)

    def __init__(self, step: UnusedLayout) -> None:
        self.step = step

    def length(self, context: ObjectContext, offset: int) -> int:
        step = self.step
        if step.since > context.version:
            return 0
        # An extern condition has no value to ask: the bytes are always there.
        when: Any = step.when
        if when is not None and when is not EXTERN and not evaluate(when, context, offset):
            return 0
        return measure(step.length, context, offset)

    def load(self, reader: InputReader, context: ObjectContext) -> None:
        length = self.length(context, reader.pos)
        if length > reader.end - reader.pos:
            raise reader.short(length)
        reader.pos += length

    def save(self, writer: OutputWriter, context: ObjectContext) -> None:
        length = self.length(context, 0)
        if length > 1 << 40:
            raise CodecRefusal("limit", f"too many unused bytes to write: {length}")
        writer.out.append(bytes(length))


class ValidateStep:
    """A rule, checked where it stands."""

    __slots__ = ("step",)

    def __init__(self, step: ValidateLayout) -> None:
        self.step = step

    def test(self, context: ObjectContext, offset: int) -> None:
        if not evaluate(self.step.check, context, offset):
            rule = self.step.message
            raise CodecRefusal("check-failed", f"fails the check: {rule}", offset, (rule,))

    def load(self, reader: InputReader, context: ObjectContext) -> None:
        self.test(context, reader.pos)

    def save(self, writer: OutputWriter, context: ObjectContext) -> None:
        if self.step.on_save:
            self.test(context, 0)


def is_equal_value(a: Any, b: Any) -> bool:
    """Equal, where an array, list or tuple equals any sequence of equal items."""
    if a is b:
        return True
    if not isinstance(a, (list, tuple, array)) or not isinstance(b, (list, tuple, array, range)):
        return bool(a == b)
    if len(a) != len(b):
        return False
    for x, y in zip(a, b, strict=True):  # a loop, for objects may be nested deep
        if (
            x is not y
            and x != y
            and (not isinstance(x, (list, tuple, array)) or not is_equal_value(x, y))
        ):
            return False
    return True


def describe_value(value: Any) -> str:
    """A value as a message names it."""
    if isinstance(value, bool) or value is None:
        return f"value {value}"
    if isinstance(value, int):
        return f"value {shorten(int(value))}"
    if isinstance(value, float):
        return f"value {value!r}"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return plural(len(value))
    if isinstance(value, (list, tuple, array, dict)):
        return f"a value of {len(value)} elements"
    return f"a value {describe_type(value)}"
