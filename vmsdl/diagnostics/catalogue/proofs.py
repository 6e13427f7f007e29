"""Codes about what is proved of a schema: states that are lost, values that cannot be."""

from vmsdl.diagnostics.diagnostic import Code, Severity

LOSSY_SUBSECTION = Code(
    slug="lossy-subsection",
    severity=Severity.WARNING,
    title="a subsection that can be left out while a field of it is not as after reset",
    explanation="""\
A subsection is sent when its `needed` holds; else the receiver keeps what it has, which in a new
object is every field's default. Where the predicate can be false while a field of the subsection
has another value, that value is lost on migration, and nobody is told. The message shows a state
in which it happens: the smallest one, all else being as after reset.

Only predicates that read a field of their own subsection are asked. One that reads other state
says when the subsection is in use at all.

Example:

    struct drive {
        status: u8;
        subsection tray_state needed tray_open {
            tray_open: bool;
            tray_locked: bool;
        }
    }
    device cdrom {
        drive: drive;
    }

Mend:

    struct drive {
        status: u8;
        subsection tray_state needed tray_open or tray_locked {
            tray_open: bool;
            tray_locked: bool;
        }
    }
    device cdrom {
        drive: drive;
    }

Often nothing is lost, for a reason that no expression shows. `@omitted` before a field, or before
the subsection for all its fields, says which: `@omitted("default")`, it has its default whenever
the subsection is not needed; `@omitted("unused")`, nobody looks at it then; `@omitted("rebuilt")`,
a hook makes it from what was sent. A text for people may follow: `@omitted("unused", "no byte is
waiting")`. A `where` on a field counts as well: what it refuses is no state that can be lost.

Without the solver (`pip install 'vmsdl[prove]'`) some predicates are too large to be decided, and
those are passed over.
""",
)
UNREACHABLE_ARM = Code(
    slug="unreachable-arm",
    severity=Severity.WARNING,
    title="a value of an enum that every check refuses",
    explanation="""\
Every field of the enum has a `where` that refuses this value, so no state has it and no stream
brings it. The check is too narrow, or the value is a leftover.

Example:

    enum Phase : u8 {
        idle = 0;
        command = 1;
        status = 2;
    }
    device scsi {
        phase: Phase where phase != Phase.status;
    }

Mend:

    enum Phase : u8 {
        idle = 0;
        command = 1;
        status = 2;
    }
    device scsi {
        phase: Phase;
    }
""",
)
OMISSION_UNFOUNDED = Code(
    slug="omission-unfounded",
    severity=Severity.WARNING,
    title="an `@omitted` that has no effect or no ground",
    explanation="""\
`@omitted` says why nothing is lost when a field is not sent: `"default"`, it has its default then;
`"unused"`, nobody looks at it then; `"rebuilt"`, a `pre_load` or `post_load` hook makes it. It
belongs before a subsection, a field of one, or a field with `if` or `since`. With another word,
before what is always sent, or with `"rebuilt"` in a schema without such a hook, it claims what
nothing bears out.

Example:

    device uart {
        lcr: u8;
        @omitted("rebuilt")
        subsection fifo needed head != 0 {
            head: u8;
            count: u8;
        }
    }

Mend:

    device uart {
        hook post_load;
        lcr: u8;
        @omitted("rebuilt")
        subsection fifo needed head != 0 {
            head: u8;
            count: u8;
        }
    }
""",
)

CODES: tuple[Code, ...] = (LOSSY_SUBSECTION, UNREACHABLE_ARM, OMISSION_UNFOUNDED)
