"""Codes about subsections and the names that go on the wire."""

from vmsdl.diagnostics.diagnostic import Code, Severity

NAME_OVER_255_BYTES = Code(
    slug="name-over-255-bytes",
    severity=Severity.ERROR,
    title="a name on the wire that is longer than 255 bytes",
    explanation="""\
Names of sections and subsections are sent behind one byte that holds their length. QEMU cuts a
longer one off without a word, and what arrives has another name. A subsection's name has its
owner's in it.

Example:

    device aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa {
        x0: u8;
        subsection bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb needed x1 != 0 {
            x1: u8;
            subsection cccccccccccccccccccccccccccccccccccccccccccccccccccc needed x2 != 0 {
                x2: u8;
                subsection dddddddddddddddddddddddddddddddddddddddddddddddddddd needed x3 != 0 {
                    x3: u8;
                    subsection eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee needed x4 != 0 {
                        x4: u8;
                    }
                }
            }
        }
    }

Mend:

    device a {
        x0: u8;
        subsection b needed x1 != 0 {
            x1: u8;
            subsection c needed x2 != 0 {
                x2: u8;
                subsection d needed x3 != 0 {
                    x3: u8;
                    subsection e needed x4 != 0 {
                        x4: u8;
                    }
                }
            }
        }
    }
""",
)
SUBSECTION_NAME_PREFIX = Code(
    slug="subsection-name-prefix",
    severity=Severity.ERROR,
    title="a subsection whose name on the wire does not begin with its owner's",
    explanation="""\
A loader looks whether the next bytes are a subsection of the description it has just read, and
the only sign is that the name begins with that description's own and goes on. One with another
name is not recognised: its bytes are read as the data that follows, and the load fails or goes
wrong. What follows the owner's name is free; a `/` is the custom.

Under `@recorded` this is a warning.

Example:

    struct ide_drive {
        status: u8;
        subsection tray_state as "ide/tray_state" needed tray_open {
            tray_open: bool;
        }
    }

    device ide {
        drive: ide_drive;
    }

Mend:

    struct ide_drive {
        status: u8;
        subsection tray_state needed tray_open {
            tray_open: bool;
        }
    }

    device ide {
        drive: ide_drive;
    }
""",
)
SUBSECTION_NOT_LAST = Code(
    slug="subsection-not-last",
    severity=Severity.ERROR,
    title="a subsection that stands before other members",
    explanation="""\
On the wire, subsections stand behind all fields of their owner. Declared before a field, the text
would show another order than the bytes have.

Example:

    device uart {
        subsection fifo needed x != 0 {
            x: u8;
        }
        lcr: u8;
    }

Mend:

    device uart {
        lcr: u8;
        subsection fifo needed x != 0 {
            x: u8;
        }
    }
""",
)

CODES: tuple[Code, ...] = (
    NAME_OVER_255_BYTES,
    SUBSECTION_NAME_PREFIX,
    SUBSECTION_NOT_LAST,
)
