"""Codes about versions."""

from vmsdl.diagnostics.diagnostic import Code, Severity

MINIMUM_ABOVE_VERSION = Code(
    slug="minimum-above-version",
    severity=Severity.ERROR,
    title="the oldest version that is loaded is newer than the one that is written",
    explanation="""\
`version` is what a save writes, and the newest that a load accepts; `minimum` is the oldest.
With the minimum above the version no stream at all can be loaded, not even the program's own.

Example:

    device uart version 2 minimum 3 {
        lcr: u8;
    }

Mend:

    device uart version 3 minimum 2 {
        lcr: u8;
    }
""",
)
VERSION_OUT_OF_RANGE = Code(
    slug="version-out-of-range",
    severity=Severity.ERROR,
    title="a version that does not fit into the stream",
    explanation="""\
A section header has 32 bits for the version, and QEMU keeps it in an int. A greater number would
be written cut off, and be refused or misread.

Example:

    device uart version 5_000_000_000 {
        lcr: u8;
    }

Mend:

    device uart version 5 {
        lcr: u8;
    }
""",
)
SUBSECTION_VERSION_OVER_255 = Code(
    slug="subsection-version-over-255",
    severity=Severity.ERROR,
    title="a subsection's version above 255, of which a loader keeps 8 bits",
    explanation="""\
A subsection's version is written with 32 bits, but QEMU's loader keeps it in a variable of 8
bits: version 256 arrives as 0, and 257 as 1. So it is refused, or read by the layout of another
version.

Example:

    device uart {
        lcr: u8;
        subsection fifo version 256 needed lcr != 0 {
            head: u8;
        }
    }

Mend:

    device uart {
        lcr: u8;
        subsection fifo version 2 minimum 1 needed lcr != 0 {
            head: u8;
        }
    }
""",
)
SINCE_ABOVE_VERSION = Code(
    slug="since-above-version",
    severity=Severity.WARNING,
    title="a field of a version that does not exist yet",
    explanation="""\
A field `since N` is there when the version saved or loaded is N or newer. Where N is above the
version of the body, that is never so: the field is neither sent nor loaded, and its value is
lost on every migration. Most often the version should have been raised together with it.

Example:

    device uart version 2 minimum 1 {
        lcr: u8;
        scr: u8 since 3;
    }

Mend:

    device uart version 3 minimum 1 {
        lcr: u8;
        scr: u8 since 3;
    }
""",
)
DEAD_SINCE = Code(
    slug="dead-since",
    severity=Severity.WARNING,
    title="a `since` at or below the oldest version that is loaded",
    explanation="""\
No stream older than `minimum` is loaded, so a field `since` that version, or an older one, is
always there and the clause says nothing. It does no harm to bytes; it misleads who reads it. It
is left behind when the minimum is raised, and it comes with fields copied from another device.

Example:

    device uart version 3 minimum 2 {
        lcr: u8;
        scr: u8 since 2;
    }

Mend:

    device uart version 3 minimum 2 {
        lcr: u8;
        scr: u8;
    }
""",
)
EMBEDDED_STRUCT_VERSIONED = Code(
    slug="embedded-struct-versioned",
    severity=Severity.WARNING,
    title="a `since` that gates nothing, since its struct is only embedded",
    explanation="""\
An embedded struct has no version on the wire: the sender writes it at its own version of that
struct and the receiver reads it at its own. So `since 2` in it holds always, and a program that
knows version 1 reads one field less and everything behind it from the wrong place. Only
sections, subsections and their own fields are gated by versions.

Example:

    struct fifo version 2 minimum 1 {
        head: u8;
        count: u8 since 2;
    }
    device uart {
        fifo: fifo;
    }

Mend:

    struct fifo {
        head: u8;
        count: u8;
        subsection tail needed tail_index != 0 {
            tail_index: u8;
        }
    }
    device uart {
        fifo: fifo;
    }

New state goes into a subsection, as here, or behind an `if` that reads what both sides know: a
field sent earlier, given to the struct by `with`, or a property that differs by machine type.
""",
)
LIST_VERSION_BEHIND = Code(
    slug="list-version-behind",
    severity=Severity.WARNING,
    title="a list that loads its elements at an older version than they are saved at",
    explanation="""\
The elements of a list or map are saved at their struct's own version and loaded at the one that
the list gives. Where the struct has grown since, its new fields are written and not read, and
all that follows is read from the wrong place: even a program's own streams do not load once the
list has an element.

Example:

    struct request version 2 minimum 1 {
        id: u32;
        flags: u32 since 2;
    }
    device disk {
        requests: list<request version 1>;
    }

Mend:

    struct request version 2 minimum 1 {
        id: u32;
        flags: u32 since 2;
    }
    device disk {
        requests: list<request version 2>;
    }
""",
)

CODES: tuple[Code, ...] = (
    MINIMUM_ABOVE_VERSION,
    VERSION_OUT_OF_RANGE,
    SUBSECTION_VERSION_OVER_255,
    SINCE_ABOVE_VERSION,
    DEAD_SINCE,
    EMBEDDED_STRUCT_VERSIONED,
    LIST_VERSION_BEHIND,
)
