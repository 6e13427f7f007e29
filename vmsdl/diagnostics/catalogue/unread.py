"""Codes about what nobody reads or gives."""

from vmsdl.diagnostics.diagnostic import Code, Severity

LOCAL_NOT_GIVEN = Code(
    slug="local-not-given",
    severity=Severity.WARNING,
    title="a local that has no default and is given no value",
    explanation="""\
A local is known to both sides and never sent. Without a default and without a `with` where the
struct is embedded it is zero unless the program sets it by hand, on both sides alike: a length
or a predicate that reads it is then easily wrong on one of them.

Example:

    struct fifo {
        local capacity: u32;
        is_on: bool;
        data: bytes[capacity];
    }
    device uart {
        receive: fifo with capacity = 16;
        transmit: fifo;
    }

Mend:

    struct fifo {
        local capacity: u32;
        is_on: bool;
        data: bytes[capacity];
    }
    device uart {
        receive: fifo with capacity = 16;
        transmit: fifo with capacity = 16;
    }
""",
)
UNUSED_LOCAL = Code(
    slug="unused-local",
    severity=Severity.WARNING,
    title="a local that nothing reads",
    explanation="""\
A local is never sent: it is there to be read by lengths and predicates. One that none reads does
nothing. (Nothing is said where the body has hooks, whose code may read it.)

Example:

    device uart {
        local capacity: u32 = 16;
        fifo: bytes[16];
    }

Mend:

    device uart {
        local capacity: u32 = 16;
        fifo: bytes[capacity];
    }
""",
)
UNUSED_PROPERTY = Code(
    slug="unused-property",
    severity=Severity.WARNING,
    title="a property that nothing reads",
    explanation="""\
A property is set when the machine is built, and decides by machine type what is sent. One that
no predicate or length reads decides nothing. (Nothing is said where the body has hooks, whose
code may read it.)

Example:

    device uart {
        property send_fifo: bool = true;
        lcr: u8;
    }

Mend:

    device uart {
        property send_fifo: bool = true;
        lcr: u8;
        fifo: bytes[16] if send_fifo;
    }
""",
)
UNUSED_LET = Code(
    slug="unused-let",
    severity=Severity.WARNING,
    title="a let that nothing reads",
    explanation="""\
A `let` names an expression for others to read. One that is not read can go, or the predicate
that should read it spells it out again.

Example:

    device uart {
        lcr: u8;
        let is_latched = lcr & 0x80 != 0;
        divider: u16 if lcr & 0x80 != 0;
    }

Mend:

    device uart {
        lcr: u8;
        let is_latched = lcr & 0x80 != 0;
        divider: u16 if is_latched;
    }
""",
)
UNUSED_CONST = Code(
    slug="unused-const",
    severity=Severity.WARNING,
    title="a const that nothing uses",
    explanation="""\
The const stands in the file that was asked for, and neither it nor any file it imports uses the
name. Nothing is said of imported files, nor of files without a device: those are there for
others.

Example:

    const FIFO_SIZE = 16;
    device uart {
        fifo: bytes[16];
    }

Mend:

    const FIFO_SIZE = 16;
    device uart {
        fifo: bytes[FIFO_SIZE];
    }
""",
)
UNUSED_ENUM = Code(
    slug="unused-enum",
    severity=Severity.WARNING,
    title="an enum or flags that nothing uses",
    explanation="""\
The enum stands in the file that was asked for, and neither it nor any file it imports uses the
name. Nothing is said of imported files, nor of files without a device: those are there for
others.

Example:

    enum Mode : u8 {
        off = 0;
        on = 1;
    }
    device uart {
        mode: u8;
    }

Mend:

    enum Mode : u8 {
        off = 0;
        on = 1;
    }
    device uart {
        mode: Mode;
    }
""",
)
UNUSED_STRUCT = Code(
    slug="unused-struct",
    severity=Severity.WARNING,
    title="a struct that nothing embeds",
    explanation="""\
The struct stands in the file that was asked for, and no field of it or of any file it imports
holds one: it is on no wire. Nothing is said of imported files, nor of files without a device:
those are there for others.

Example:

    struct fifo {
        head: u8;
    }
    device uart {
        lcr: u8;
    }

Mend:

    struct fifo {
        head: u8;
    }
    device uart {
        lcr: u8;
        fifo: fifo;
    }
""",
)

CODES: tuple[Code, ...] = (
    LOCAL_NOT_GIVEN,
    UNUSED_LOCAL,
    UNUSED_PROPERTY,
    UNUSED_LET,
    UNUSED_CONST,
    UNUSED_ENUM,
    UNUSED_STRUCT,
)
