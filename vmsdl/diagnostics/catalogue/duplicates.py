"""Codes about what is declared or said twice."""

from vmsdl.diagnostics.diagnostic import Code, Severity

DUPLICATE_DEFINITION = Code(
    slug="duplicate-definition",
    severity=Severity.ERROR,
    title="two definitions of one name",
    explanation="""\
A file and all that it imports share one namespace for consts, enums, flags, structs and devices.
With two definitions of one name, what it means would hang on the order of imports.

Example:

    struct fifo {
        data: u8[16];
    }

    struct fifo {
        data: u8[32];
    }

    device uart {
        fifo: fifo;
    }

Mend:

    struct fifo {
        data: u8[16];
    }

    struct fifo_32 {
        data: u8[32];
    }

    device uart {
        small: fifo;
        large: fifo_32;
    }

Where QEMU itself uses one name for two descriptions, name them differently here and give both the
same wire name with `as`.
""",
)
DUPLICATE_MEMBER = Code(
    slug="duplicate-member",
    severity=Severity.ERROR,
    title="two members of one body with one name",
    explanation="""\
Fields, locals, lets, properties and subsections of one body share one namespace: an expression
that names a member must mean exactly one. A subsection's own fields are a body of their own and
may repeat its owner's names.

Example:

    device uart {
        lcr: u8;
        lcr: u8;
    }

Mend:

    device uart {
        lcr: u8;
        mcr: u8;
    }

QEMU has fields of one name, too: give one of them another, and `as "…"` keeps what QEMU calls it.
""",
)
DUPLICATE_MACHINE = Code(
    slug="duplicate-machine",
    severity=Severity.ERROR,
    title="two machines of one name",
    explanation="""\
A machine type's properties stand in one block. With two blocks of one name, nobody sees from one
of them what the machine sets.

Example:

    device uart {
        property x_old: bool = false;
        a: u8 if x_old;
    }

    machine "pc-2.0" {
        uart.x_old = true;
    }

    machine "pc-2.0" {
    }

Mend:

    device uart {
        property x_old: bool = false;
        a: u8 if x_old;
    }

    machine "pc-2.0" {
        uart.x_old = true;
    }
""",
)
DUPLICATE_SUBSECTION_NAME = Code(
    slug="duplicate-subsection-name",
    severity=Severity.ERROR,
    title="two subsections of one owner with one name on the wire",
    explanation="""\
A loader finds a subsection by its name, and takes the first entry of its table that has it. So
what the second subsection sends is loaded into the first one's fields, and the second one's never
arrive.

Under `@recorded` this is a warning: released QEMU has such a pair, and a description of it says
so.

Example:

    device cpu {
        subsection tlb as "cpu/tlb" needed a != 0 {
            a: u8;
        }
        subsection tlb_emb as "cpu/tlb" needed b != 0 {
            b: u8;
        }
    }

Mend:

    device cpu {
        subsection tlb as "cpu/tlb" needed a != 0 {
            a: u8;
        }
        subsection tlb_emb as "cpu/emb_tlb" needed b != 0 {
            b: u8;
        }
    }
""",
)
DUPLICATE_BINDING = Code(
    slug="duplicate-binding",
    severity=Severity.ERROR,
    title="a `with` that gives one name two values",
    explanation="""\
A `with` says what a local or property of the embedded struct is. Of two values only one could be
meant.

Example:

    struct fifo {
        local capacity: u8;
        data: bytes[capacity];
    }

    device uart {
        fifo: fifo with capacity = 16, capacity = 32;
    }

Mend:

    struct fifo {
        local capacity: u8;
        data: bytes[capacity];
    }

    device uart {
        fifo: fifo with capacity = 16;
    }
""",
)
DUPLICATE_SETTING = Code(
    slug="duplicate-setting",
    severity=Severity.ERROR,
    title="a machine that sets one property twice",
    explanation="""\
The settings of a machine block do not run one after the other: each says what a property is for
this machine type and those that extend it.

Example:

    device uart {
        property x_old: bool = false;
        a: u8 if x_old;
    }

    machine "pc-2.0" {
        uart.x_old = true;
        uart.x_old = false;
    }

Mend:

    device uart {
        property x_old: bool = false;
        a: u8 if x_old;
    }

    machine "pc-2.0" {
        uart.x_old = true;
    }
""",
)
DUPLICATE_HOOK = Code(
    slug="duplicate-hook",
    severity=Severity.ERROR,
    title="a hook that is declared twice",
    explanation="""\
A body has at most one hook of each kind: `pre_load`, `post_load`, `pre_save`, `post_save`. A
declaration says that code stands there; it needs to be said once.

Example:

    device uart {
        hook post_load;
        lcr: u8;
        hook post_load;
    }

Mend:

    device uart {
        hook post_load;
        lcr: u8;
    }
""",
)
DUPLICATE_ARM = Code(
    slug="duplicate-arm",
    severity=Severity.ERROR,
    title="an enum with two values of one name",
    explanation="""\
`Mode.idle` must mean one value.

Example:

    enum Mode : u8 {
        idle = 0;
        idle = 1;
    }

    device uart {
        mode: Mode;
    }

Mend:

    enum Mode : u8 {
        idle = 0;
        busy = 1;
    }

    device uart {
        mode: Mode;
    }
""",
)
DUPLICATE_ARM_VALUE = Code(
    slug="duplicate-arm-value",
    severity=Severity.ERROR,
    title="two names for one value of an enum",
    explanation="""\
What arrives is a number, and it is shown and written by the name of that number. With two names
for one number, one of them could never be seen.

Example:

    enum Mode : u8 {
        idle = 0;
        off  = 0;
    }

    device uart {
        mode: Mode;
    }

Mend:

    enum Mode : u8 {
        idle = 0;
        off  = 1;
    }

    device uart {
        mode: Mode;
    }
""",
)

CODES: tuple[Code, ...] = (
    DUPLICATE_DEFINITION,
    DUPLICATE_MEMBER,
    DUPLICATE_MACHINE,
    DUPLICATE_SUBSECTION_NAME,
    DUPLICATE_BINDING,
    DUPLICATE_SETTING,
    DUPLICATE_HOOK,
    DUPLICATE_ARM,
    DUPLICATE_ARM_VALUE,
)
