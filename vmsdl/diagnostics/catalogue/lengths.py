"""Codes about lengths and counts."""

from vmsdl.diagnostics.diagnostic import Code, Severity

NEGATIVE_LENGTH = Code(
    slug="negative-length",
    severity=Severity.ERROR,
    title="a length that is negative in every state",
    explanation="""\
A negative length is refused, on save and on load: no state with this field can be written.

Example:

    const SIZE = 16;
    device uart {
        fifo: bytes[SIZE - 32];
    }

Mend:

    const SIZE = 16;
    device uart {
        fifo: bytes[SIZE];
    }
""",
)
LENGTH_CAN_BE_NEGATIVE = Code(
    slug="length-can-be-negative",
    severity=Severity.WARNING,
    title="a length that a stream can make negative",
    explanation="""\
The length reads a field that may hold a negative number. It is refused when it is met, but as a
length that is out of range, far from the field that is wrong; and QEMU takes it for no elements
at all. A check of the field says it where it is, as does an unsigned type where the bytes allow
it. Locals and properties are the program's own and are trusted, and so are `equal` and `bounded`
fields.

Example:

    device uart {
        count: i32;
        fifo: bytes[min(count, 16)];
    }

Mend:

    device uart {
        count: i32 where count >= 0;
        fifo: bytes[min(count, 16)];
    }
""",
)
LENGTH_TOO_LARGE = Code(
    slug="length-too-large",
    severity=Severity.ERROR,
    title="more bytes than QEMU can count",
    explanation="""\
QEMU holds counts and sizes in ints: 2147483647 is the most, and what is above is no elements at
all. A field that always takes more can be loaded by nobody.

Example:

    device disk {
        data: bytes[0x1_0000_0000];
    }

Mend:

    device disk {
        data: bytes[0x1_0000];
    }
""",
)
UNBOUNDED_COUNT = Code(
    slug="unbounded-count",
    severity=Severity.WARNING,
    title="a length that a stream decides and nothing bounds",
    explanation="""\
The receiver makes room for as many elements as the stream says. In a program with a destination
of fixed size a count that nothing checks is an overrun, and everywhere it is a way to eat
memory. Counts of 8 and 16 bits are bounded by nature; for others a bound of at most 16777216 is
asked for. An `equal` or `bounded` field is checked against what the receiver has.

Example:

    device disk {
        count: u32;
        requests: u64[count];
    }

Mend:

    device disk {
        count: u32 where count <= 256, "too many requests";
        requests: u64[count];
    }
""",
)
INDEX_OUT_OF_RANGE = Code(
    slug="index-out-of-range",
    severity=Severity.ERROR,
    title="an index behind the last item",
    explanation="""\
Items are counted from 0, so the last of n is n - 1. An expression that asks for one behind it can
never be worked out: every save and load that reaches it fails.

Example:

    device uart {
        table: u8[4];
        extra: u8 if table[4] != 0;
    }

Mend:

    device uart {
        table: u8[4];
        extra: u8 if table[3] != 0;
    }
""",
)

CODES: tuple[Code, ...] = (
    NEGATIVE_LENGTH,
    LENGTH_CAN_BE_NEGATIVE,
    LENGTH_TOO_LARGE,
    UNBOUNDED_COUNT,
    INDEX_OUT_OF_RANGE,
)
