"""Codes about names that are known and cannot be used so."""

from vmsdl.diagnostics.diagnostic import Code, Severity

NOT_A_VALUE = Code(
    slug="not-a-value",
    severity=Severity.ERROR,
    title="a name that stands for no value",
    explanation="""\
Enums, structs, devices and subsections have names but no value: of an enum, `Mode.idle` has one;
of a subsection, its fields do, behind a dot. A let that is nothing but a subsection is none
either.

Example:

    device ide {
        status: u8;
        subsection error needed status != 0 {
            code: u8;
        }
        subsection more needed error {
            x: u8;
        }
    }

Mend:

    device ide {
        status: u8;
        subsection error needed status != 0 {
            code: u8;
        }
        subsection more needed error.code != 0 {
            x: u8;
        }
    }
""",
)
NOT_SETTABLE = Code(
    slug="not-settable",
    severity=Severity.ERROR,
    title="a value given to what is no local or property",
    explanation="""\
What is sent is decided by the stream; only locals and properties are set from outside. `with`
gives values to both, a machine to properties.

Example:

    struct fifo {
        used: u8;
    }

    device uart {
        fifo: fifo with used = 1;
    }

Mend:

    struct fifo {
        local capacity: u8;
        used: u8[capacity];
    }

    device uart {
        fifo: fifo with capacity = 1;
    }
""",
)
READS_LATER_FIELD = Code(
    slug="reads-later-field",
    severity=Severity.ERROR,
    title="a field that is read before it is there",
    explanation="""\
Fields are loaded in the order in which they are declared. A length, an `if`, a `with`, a `where`
and a `validate` are evaluated where they stand: on load, a field that comes later still has its
old value, and the sender used the new one. So the two would take different bytes for one field. A
`where` may read its own field. A subsection's fields stand behind all of its owner's and behind
those of earlier siblings. `needed` reads everything, since only the sender evaluates it.

Example:

    device uart {
        data: bytes[used];
        used: u8;
    }

Mend:

    device uart {
        used: u8;
        data: bytes[used];
    }
""",
)
FOREIGN_VERSION = Code(
    slug="foreign-version",
    severity=Severity.ERROR,
    title="a let that reads the version of another body",
    explanation="""\
`version` is the number that the body at hand is loaded or saved at. A subsection has one of its
own, and an embedded struct is always at its newest, so a let that speaks of its body's version
cannot be read from another body.

Example:

    device uart version 2 minimum 1 {
        let is_new = version >= 2;
        lcr: u8 if is_new;
        subsection fifo needed x != 0 {
            x: u8 if is_new;
        }
    }

Mend:

    device uart version 2 minimum 1 {
        let is_new = version >= 2;
        lcr: u8 if is_new;
        subsection fifo version 2 minimum 1 needed x != 0 {
            x: u8 if version >= 2;
        }
    }
""",
)
DEFINITION_CYCLE = Code(
    slug="definition-cycle",
    severity=Severity.ERROR,
    title="a const or let that is made of itself",
    explanation="""\
Consts and lets stand for expressions. One that leads back to itself stands for none.

Example:

    const A = B + 1;
    const B = A - 1;

    device uart {
        data: u8[A];
    }

Mend:

    const A = B + 1;
    const B = 3;

    device uart {
        data: u8[A];
    }
""",
)
MACHINE_CYCLE = Code(
    slug="machine-cycle",
    severity=Severity.ERROR,
    title="machines that extend one another",
    explanation="""\
A machine type has the settings of the one that it extends. In a ring there is no first one.

Example:

    machine "pc-2.0" extends "pc-2.1" {
    }

    machine "pc-2.1" extends "pc-2.0" {
    }

Mend:

    machine "pc-2.0" extends "pc-2.1" {
    }

    machine "pc-2.1" {
    }
""",
)

CODES: tuple[Code, ...] = (
    NOT_A_VALUE,
    NOT_SETTABLE,
    READS_LATER_FIELD,
    FOREIGN_VERSION,
    DEFINITION_CYCLE,
    MACHINE_CYCLE,
)
