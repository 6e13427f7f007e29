"""Codes about what stands behind a field's type."""

from vmsdl.diagnostics.diagnostic import Code, Severity

BOUNDED_NOT_INTEGER = Code(
    slug="bounded-not-integer",
    severity=Severity.ERROR,
    title="`bounded` on what is no integer",
    explanation="""\
A `bounded` field must lie between 0 and the receiver's own value (QEMU's `int32 le`). That is
said of integers alone.

Example:

    device uart {
        is_on: bool bounded;
    }

Mend:

    device uart {
        count: i32 bounded;
    }
""",
)
EQUAL_NOT_SCALAR = Code(
    slug="equal-not-scalar",
    severity=Severity.ERROR,
    title="`equal` on a buffer, array, struct or f64",
    explanation="""\
An `equal` field must have the receiver's own value. QEMU compares integers so; bools, timers and
enums work the same. An f64 is not compared: a NaN would not even equal itself. For what is
longer, a `validate` says what must hold.

Example:

    device uart {
        table: u8[4] equal;
    }

Mend:

    device uart {
        table: u8[4];
        validate table[0] == 1, "the first is one";
    }
""",
)
MARKED_WITHOUT_POINTERS = Code(
    slug="marked-without-pointers",
    severity=Severity.ERROR,
    title="`marked` on what is no array of pointers",
    explanation="""\
`marked` says that every element of an array of pointers is preceded by a byte: there or null.
What is always there needs none. The array is written `T?[n]`.

Example:

    device nvme {
        queues: u16[4] marked;
    }

Mend:

    device nvme {
        queues: u16?[4] marked;
    }
""",
)
WITH_WITHOUT_STRUCT = Code(
    slug="with-without-struct",
    severity=Severity.ERROR,
    title="a `with` on what holds no struct",
    explanation="""\
`with` gives values to the locals and properties of an embedded struct: itself, the elements of an
array or list, the values of a map.

Example:

    device uart {
        capacity: u8;
        data:     bytes[4] with capacity = 4;
    }

Mend:

    struct fifo {
        local capacity: u8;
        data: bytes[capacity];
    }

    device uart {
        fifo: fifo with capacity = 4;
    }
""",
)
EXTERN_UNUSED = Code(
    slug="extern-unused",
    severity=Severity.ERROR,
    title="`if extern` on `unused`",
    explanation="""\
`extern` says that a field is sent when its value is there. `unused` bytes have no value that
could be.

Example:

    device uart {
        lcr: u8;
        unused[4] if extern;
    }

Mend:

    device uart {
        lcr: u8;
        old: bytes[4] if extern;
    }
""",
)

CODES: tuple[Code, ...] = (
    BOUNDED_NOT_INTEGER,
    EQUAL_NOT_SCALAR,
    MARKED_WITHOUT_POINTERS,
    WITH_WITHOUT_STRUCT,
    EXTERN_UNUSED,
)
