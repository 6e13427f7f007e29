"""The steps of a description: fields, unused bytes and rules, in wire order."""

from array import array
from typing import Any

from vmsdl.runtime.cursor import (
    Budget,
    Reader,
    Refused,
    Site,
    Writer,
    evaluate,
    measure,
    plural,
)
from vmsdl.runtime.layout import EXTERN, Code, Extern, Field, Unused, Validate
from vmsdl.runtime.scalars import Codec, describe_type, shorten

NO_BUDGET = Budget(1 << 62)
LENIENT = Budget(1 << 62, lenient=True)


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
        "name",
        "since",
        "when",
    )

    def __init__(self, field: Field, codec: Codec) -> None:
        self.attribute = field.attribute
        self.name = field.name
        self.codec = codec
        self.since = field.since
        self.is_extern = isinstance(field.when, Extern)
        self.when: Code | None = None if isinstance(field.when, Extern) else field.when
        self.checks = field.checks
        self.is_equal = field.equal
        self.is_bounded = field.bounded
        self.is_compared = field.equal or field.bounded
        self.default = None if field.default is None else codec.convert(field.default)

    def initial(self, site: Site, budget: Budget) -> Any:
        """What the field holds where nothing was sent and no object says otherwise."""
        if self.default is not None or self.is_extern:
            return self.default
        return self.codec.zero(budget, site, 0)

    def load(self, reader: Reader, site: Site) -> None:
        o = site.chain[0]
        start = reader.pos
        try:
            if self.since > site.version or (
                self.when is not None and not evaluate(self.when, site, start)
            ):
                self.skip(reader, site)
                return
            own = getattr(o, self.attribute) if site.keeps else None
            if self.is_extern and site.based and own is None:
                return  # as with null pointers, the receiver's own object says what is there
            value = self.codec.load(reader, own, site, 0)
            if self.is_compared:
                self.compare(value, own if site.based else None, start)
            setattr(o, self.attribute, value)
            for check, rule in self.checks:
                if not evaluate(check, site, start):
                    raise Refused("check-failed", f"{show(value)} fails the check: {rule}", start)
        except Refused as refused:
            refused.parts.append("." + self.name)
            raise

    def skip(self, reader: Reader, site: Site) -> None:
        """Absent: keeps what is there, else its default, at the length of this moment."""
        o = site.chain[0]
        if site.keeps and (
            self.attribute not in site.initial
            or getattr(o, self.attribute) is not site.initial[self.attribute]
        ):
            return
        try:
            setattr(o, self.attribute, self.initial(site, reader.budget))
        except Refused as refused:
            refused.offset = reader.pos
            raise

    def compare(self, value: Any, own: Any, start: int) -> None:
        if self.is_equal and own is not None and not same(value, own):
            words = f"{show(value)} is not the receiver's {show(own)}"
            raise Refused("not-equal", words, start, (value, own))
        if self.is_bounded:
            if value < 0:
                raise Refused("out-of-range", f"value {value} is negative", start, (value,))
            if own is not None and value > own:
                words = f"value {value} is above the receiver's {own}"
                raise Refused("out-of-range", words, start, (value, own))

    def save(self, writer: Writer, site: Site) -> None:
        try:
            if self.since > site.version or (
                self.when is not None and not evaluate(self.when, site, 0)
            ):
                return
            try:
                value = getattr(site.chain[0], self.attribute)
            except AttributeError:
                raise Refused("bad-value", "is not set") from None
            if value is None and self.is_extern:
                return
            self.codec.save(writer, value, site, 0)
            for check, rule in self.checks:
                if not evaluate(check, site, 0):
                    raise Refused("check-failed", f"{show(value)} fails the check: {rule}")
        except Refused as refused:
            refused.parts.append("." + self.name)
            raise


class UnusedStep:
    """Bytes that mean nothing."""

    __slots__ = ("step",)

    def __init__(self, step: Unused) -> None:
        self.step = step

    def length(self, site: Site, offset: int) -> int:
        step = self.step
        if step.since > site.version:
            return 0
        # An extern condition has no value to ask: the bytes are always there.
        when: Any = step.when
        if when is not None and when is not EXTERN and not evaluate(when, site, offset):
            return 0
        return measure(step.length, site, offset)

    def load(self, reader: Reader, site: Site) -> None:
        length = self.length(site, reader.pos)
        if length > reader.end - reader.pos:
            raise reader.short(length)
        reader.pos += length

    def save(self, writer: Writer, site: Site) -> None:
        length = self.length(site, 0)
        if length > 1 << 40:
            raise Refused("limit", f"{length} unused bytes are too many to write")
        writer.out.append(bytes(length))


class ValidateStep:
    """A rule, checked where it stands."""

    __slots__ = ("step",)

    def __init__(self, step: Validate) -> None:
        self.step = step

    def test(self, site: Site, offset: int) -> None:
        if not evaluate(self.step.check, site, offset):
            rule = self.step.message
            raise Refused("check-failed", f"fails the check: {rule}", offset, (rule,))

    def load(self, reader: Reader, site: Site) -> None:
        self.test(site, reader.pos)

    def save(self, writer: Writer, site: Site) -> None:
        self.test(site, 0)


def same(a: Any, b: Any) -> bool:
    """Equal, where an array, list or tuple equals any sequence of equal items."""
    if a is b:
        return True
    if not isinstance(a, (list, tuple, array)) or not isinstance(b, (list, tuple, array, range)):
        return bool(a == b)
    if len(a) != len(b):
        return False
    for x, y in zip(a, b, strict=True):  # a loop, for objects may be nested deep
        if x is not y and x != y and (not isinstance(x, (list, tuple, array)) or not same(x, y)):
            return False
    return True


def show(value: Any) -> str:
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
