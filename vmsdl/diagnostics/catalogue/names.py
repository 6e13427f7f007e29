"""Codes about names that nothing has."""

from vmsdl.diagnostics.diagnostic import Code, Severity

UNKNOWN_NAME = Code(
    slug="unknown-name",
    severity=Severity.ERROR,
    title="a name that nothing has here",
    explanation="""\
A bare name is looked for in the body's own members, then in its owner's, outwards; then among the
consts and enums of the file and its imports. An embedded struct sees only itself, not the body
that embeds it: what it needs from there is a `local` that the embedding field gives with `with`.

Example:

    device uart {
        size: u8;
        data: bytes[sise];
    }

Mend:

    device uart {
        size: u8;
        data: bytes[size];
    }
""",
)
UNKNOWN_MEMBER = Code(
    slug="unknown-member",
    severity=Severity.ERROR,
    title="a member that a struct, subsection or enum does not have",
    explanation="""\
What stands behind a dot is a member of the struct or subsection before it, or a value of the
enum. Of a subsection, only its fields and its own subsections are seen from outside. A `with` and
a machine's setting name members in the same way.

Example:

    struct ide_bus {
        cmd: u8;
    }

    device ide {
        bus:   ide_bus[2];
        extra: u8 if bus[0].cmds != 0;
    }

Mend:

    struct ide_bus {
        cmd: u8;
    }

    device ide {
        bus:   ide_bus[2];
        extra: u8 if bus[0].cmd != 0;
    }
""",
)
UNKNOWN_TYPE = Code(
    slug="unknown-type",
    severity=Severity.ERROR,
    title="a type that is not declared",
    explanation="""\
A type is a word of the language (`u8`, `bytes`, `timer`, …), or a struct, enum or flags of this
file or of one that it imports. A machine's setting begins with the name of a device or struct.

Example:

    struct fifo {
        data: u8[16];
    }

    device uart {
        fifo: fifoo;
    }

Mend:

    struct fifo {
        data: u8[16];
    }

    device uart {
        fifo: fifo;
    }
""",
)
UNKNOWN_FUNCTION = Code(
    slug="unknown-function",
    severity=Severity.ERROR,
    title="a function that does not exist",
    explanation="""\
The functions are `len(a)`, `min(…)`, `max(…)`, `any(x in a: …)` and `all(x in a: …)`. There are
no others, and a schema cannot declare any: an expression that is used often is a `let`.

Example:

    device uart {
        used: u8;
        data: u8[length(used)];
    }

Mend:

    device uart {
        used: bytes[3];
        data: u8[len(used)];
    }
""",
)
UNKNOWN_ANNOTATION = Code(
    slug="unknown-annotation",
    severity=Severity.WARNING,
    title="an annotation that means nothing here",
    explanation="""\
Annotations are kept by `format` and ignored by `compile`. Those that are known keep what was
imported from a machine's own description: `@recorded`, `@qom`, `@memory`, `@version`, `@info`.
Any other is either misspelt or meant for another program.

Example:

    @record
    device uart {
        lcr: u8;
    }

Mend:

    @recorded
    device uart {
        lcr: u8;
    }
""",
)
UNKNOWN_MACHINE = Code(
    slug="unknown-machine",
    severity=Severity.ERROR,
    title="a machine that extends one that is not declared",
    explanation="""\
A machine type has the settings of the one that it extends, so that one must be in this file or in
one that it imports.

Example:

    machine "pc-2.1" {
    }

    machine "pc-2.0" extends "pc-2.10" {
    }

Mend:

    machine "pc-2.1" {
    }

    machine "pc-2.0" extends "pc-2.1" {
    }
""",
)

CODES: tuple[Code, ...] = (
    UNKNOWN_NAME,
    UNKNOWN_MEMBER,
    UNKNOWN_TYPE,
    UNKNOWN_FUNCTION,
    UNKNOWN_ANNOTATION,
    UNKNOWN_MACHINE,
)
