"""Codes about constants: consts, enums, defaults, settings."""

from vmsdl.diagnostics.diagnostic import Code, Severity

NOT_CONSTANT = Code(
    slug="not-constant",
    severity=Severity.ERROR,
    title="something known only at run time where a constant must stand",
    explanation="""\
A const, the value of an enum, a field's default and a machine's setting are known when the schema
is compiled. The default of a local or a property is made of constants or of properties declared
before it: it is taken when an object is built, and nothing else is there yet.

Example:

    device uart {
        lcr: u8;
        mcr: u8 = lcr;
    }

Mend:

    const LCR = 3;

    device uart {
        lcr: u8 = LCR;
        mcr: u8 = LCR;
    }
""",
)
CONSTANT_WITHOUT_VALUE = Code(
    slug="constant-without-value",
    severity=Severity.ERROR,
    title="a constant that has no value",
    explanation="""\
Division by zero has no result, and neither has a shift by less than 0 or more than 63 bits.

Example:

    const SIZE = 16 / (4 - 4);

    device uart {
        data: u8[SIZE];
    }

Mend:

    const SIZE = 16 / 4;

    device uart {
        data: u8[SIZE];
    }
""",
)
CONST_OUT_OF_RANGE = Code(
    slug="const-out-of-range",
    severity=Severity.ERROR,
    title="a const that does not fit into 64 bits",
    explanation="""\
Integers are exact, but nothing on the wire is wider than 64 bits: a const lies between -2^63 and
2^64 - 1.

Example:

    const LIMIT = 0x1_0000_0000_0000_0000;

    device uart {
        x: u64 where x < LIMIT;
    }

Mend:

    const LIMIT = 0xffff_ffff_ffff_ffff;

    device uart {
        x: u64 where x < LIMIT;
    }
""",
)
ARM_OUT_OF_RANGE = Code(
    slug="arm-out-of-range",
    severity=Severity.ERROR,
    title="a value that the enum's type cannot hold",
    explanation="""\
An enum is sent as its integer type. `flags` are unions of bits, so none of them is negative.

Example:

    enum Mode : u8 {
        idle = 0;
        far  = 256;
    }

    device uart {
        mode: Mode;
    }

Mend:

    enum Mode : u16 {
        idle = 0;
        far  = 256;
    }

    device uart {
        mode: Mode;
    }
""",
)
TYPE_MISMATCH = Code(
    slug="type-mismatch",
    severity=Severity.ERROR,
    title="a value of another kind than what it is for",
    explanation="""\
A default, the value that a `with` gives and the one that a machine sets must be of the kind of
what receives it: a bool is `true` or `false`, not 1; an enum takes one of its own values (or the
number of one).

Example:

    device uart {
        is_on: bool = 1;
    }

Mend:

    device uart {
        is_on: bool = true;
    }
""",
)
DEFAULT_NOT_ALLOWED = Code(
    slug="default-not-allowed",
    severity=Severity.ERROR,
    title="a default where there can be none",
    explanation="""\
Integers, bools, enums, timers and f64s take a default. Arrays, buffers, structs, lists and maps
begin as zeros, empty, or with the defaults of their own fields.

Example:

    device uart {
        data: u8[4] = 1;
    }

Mend:

    device uart {
        data: u8[4];
    }
""",
)
DEFAULT_OUT_OF_RANGE = Code(
    slug="default-out-of-range",
    severity=Severity.ERROR,
    title="a default that its type cannot hold",
    explanation="""\
Nothing is cut off without a word: a default must lie in the range of its type, or be a value of
its enum.

Example:

    device uart {
        divider: u8 = 256;
    }

Mend:

    device uart {
        divider: u16 = 256;
    }
""",
)
WITH_OUT_OF_RANGE = Code(
    slug="with-out-of-range",
    severity=Severity.ERROR,
    title="a constant in a `with` that the local or property cannot hold",
    explanation="""\
What a `with` gives is a value of the local's or property's type.

Example:

    struct fifo {
        local capacity: u8;
        data: bytes[capacity];
    }

    device uart {
        fifo: fifo with capacity = 256;
    }

Mend:

    struct fifo {
        local capacity: u16;
        data: bytes[capacity];
    }

    device uart {
        fifo: fifo with capacity = 256;
    }
""",
)
SETTING_OUT_OF_RANGE = Code(
    slug="setting-out-of-range",
    severity=Severity.ERROR,
    title="a machine's setting that the property cannot hold",
    explanation="""\
What a machine sets is a value of the property's type.

Example:

    device uart {
        property depth: u8 = 16;
        data: u8[depth];
    }

    machine "pc" {
        uart.depth = 256;
    }

Mend:

    device uart {
        property depth: u16 = 16;
        data: u8[depth];
    }

    machine "pc" {
        uart.depth = 256;
    }
""",
)
ENUM_EMPTY = Code(
    slug="enum-empty",
    severity=Severity.ERROR,
    title="an enum or flags without values",
    explanation="""\
An enum holds one of its values, and there is none to hold; flags without a bit are always 0.

Example:

    enum Mode : u8 {
    }

    device uart {
        mode: Mode;
    }

Mend:

    enum Mode : u8 {
        idle = 0;
    }

    device uart {
        mode: Mode;
    }
""",
)

CODES: tuple[Code, ...] = (
    NOT_CONSTANT,
    CONSTANT_WITHOUT_VALUE,
    CONST_OUT_OF_RANGE,
    ARM_OUT_OF_RANGE,
    TYPE_MISMATCH,
    DEFAULT_NOT_ALLOWED,
    DEFAULT_OUT_OF_RANGE,
    WITH_OUT_OF_RANGE,
    SETTING_OUT_OF_RANGE,
    ENUM_EMPTY,
)
