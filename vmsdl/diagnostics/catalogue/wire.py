"""Codes about what a loader makes of the bytes that follow one another."""

from vmsdl.diagnostics.diagnostic import Code, Severity

SWALLOWED_SUBSECTION = Code(
    slug="swallowed-subsection",
    severity=Severity.ERROR,
    title="a subsection that an inner struct's loader takes for its own",
    explanation="""\
Subsections have no closing mark. QEMU's loader of every struct, when it has read the fields,
looks at what follows: a subsection whose name begins with the struct's own name is taken for one
of the struct's, and refused where the struct does not know it. So where a body ends with a
struct, and the body's subsection begins with the name of that struct, a state with the
subsection cannot be loaded.

It is an error where the struct always stands there, and a warning where that hangs on an `if`, a
length or another subsection. A list or map is safe: it ends with a byte of its own.

Example:

    struct vga {
        mode: u8;
    }
    device vga_pci as "vga.pci" {
        vga: vga;
        subsection endian needed big != false {
            big: bool;
        }
    }

Mend:

    struct vga {
        mode: u8;
    }
    device vga_pci as "vga.pci" {
        vga: vga;
        revision: u8;
        subsection endian needed big != false {
            big: bool;
        }
    }

Where the bytes may not change any more, only another name for the struct or the subsection
helps.
""",
)
SIBLING_PREFIX = Code(
    slug="sibling-prefix",
    severity=Severity.ERROR,
    title="a subsection whose name extends that of a sibling sent before it",
    explanation="""\
The loader of a subsection, when it has read the fields, looks for subsections of its own: all
whose name begins with its name. It takes the sibling behind it for one of them, and refuses it
as unknown: a state that sends both cannot be loaded.

Where a subsection that is always sent (`needed true`) stands between the two they never meet,
and this is only a note.

Example:

    device cpu {
        flags: u8;
        subsection m needed flags & 1 != 0 {
            control: u32;
        }
        subsection m_security as "cpu/m-security" needed flags & 2 != 0 {
            secure: u32;
        }
    }

Mend:

    device cpu {
        flags: u8;
        subsection m_security as "cpu/m-security" needed flags & 2 != 0 {
            secure: u32;
        }
        subsection m needed flags & 1 != 0 {
            control: u32;
        }
    }
""",
)
LOOK_ALIKE_BYTES = Code(
    slug="look-alike-bytes",
    severity=Severity.WARNING,
    title="data behind an embedded struct that can read as a subsection of it",
    explanation="""\
QEMU's loader of every struct, when it has read the fields, looks at the next bytes: 05, a
length, and a text that begins with the struct's name are a subsection header to it. Where what
follows is data that a guest or a file fills freely, it can be made to read so: the load then
fails, or reads the data into the struct.

It is said where buffers, single bytes and arrays of words follow, not for single wide integers.

Example:

    struct fifo {
        head: u8;
    }
    device uart {
        fifo: fifo;
        buffer: bytes[64];
    }

Mend:

    struct fifo {
        head: u8;
    }
    device uart {
        fifo: fifo;
        is_on: bool;
        buffer: bytes[64];
    }

Where the layout is published already the fault cannot be mended, only known.
""",
)
DUPLICATE_SECTION = Code(
    slug="duplicate-section",
    severity=Severity.WARNING,
    title="two devices with one wire name",
    explanation="""\
A stream says which device a section belongs to by the device's wire name. Two devices of one
name are told apart by nothing; a tool that decodes the stream can pick the wrong layout. (QEMU
has such pairs where two devices can never be in one machine.)

Example:

    device rtc_a as "rtc" {
        seconds: u8;
    }
    device rtc_b as "rtc" {
        seconds: u64;
    }

Mend:

    device rtc_a as "rtc" {
        seconds: u8;
    }
    device rtc_b as "rtc64" {
        seconds: u64;
    }
""",
)

CODES: tuple[Code, ...] = (
    SWALLOWED_SUBSECTION,
    SIBLING_PREFIX,
    LOOK_ALIKE_BYTES,
    DUPLICATE_SECTION,
)
