"""Codes about the types of fields."""

from vmsdl.diagnostics.diagnostic import Code, Severity

BUFFER_WITHOUT_LENGTH = Code(
    slug="buffer-without-length",
    severity=Severity.ERROR,
    title="`bytes` or `bitmap` without a length",
    explanation="""\
`bytes[n]` is n bytes and `bitmap[n]` is n bits; neither says on the wire how long it is. `blob`
does: it sends its length before its bytes.

Example:

    device uart {
        data: bytes;
    }

Mend:

    device uart {
        data: bytes[16];
    }
""",
)
ELEMENT_NOT_STRUCT = Code(
    slug="element-not-struct",
    severity=Severity.ERROR,
    title="a list or map of what is no struct",
    explanation="""\
QEMU's lists and trees hold structs: each element is sent by a description of its own. A map's key
may be a struct or a plain `u64`.

Example:

    enum Mode : u8 {
        idle = 0;
    }

    device uart {
        modes: list<Mode>;
    }

Mend:

    enum Mode : u8 {
        idle = 0;
    }

    struct entry {
        mode: Mode;
    }

    device uart {
        modes: list<entry>;
    }
""",
)
LIST_VERSION_OUT_OF_RANGE = Code(
    slug="list-version-out-of-range",
    severity=Severity.ERROR,
    title="a list whose elements are read at a version that their struct does not have",
    explanation="""\
`list<e version 1>` loads its elements at version 1 of `e`, which must lie between the struct's
minimum and its version: QEMU refuses to load any other.

Example:

    struct e version 3 minimum 2 {
        a: u8;
    }

    device uart {
        items: list<e version 1>;
    }

Mend:

    struct e version 3 minimum 2 {
        a: u8;
    }

    device uart {
        items: list<e version 3>;
    }
""",
)
STRUCT_VERSION_OUT_OF_RANGE = Code(
    slug="struct-version-out-of-range",
    severity=Severity.ERROR,
    title="an embedded struct at a version that it does not have",
    explanation="""\
`Name version N` embeds a struct at version N on both sides (QEMU's VMS_VSTRUCT). N must lie
between the struct's minimum and its version.

Example:

    struct kcs version 2 minimum 1 {
        status: u8;
    }

    device bmc {
        kcs: kcs version 3;
    }

Mend:

    struct kcs version 2 minimum 1 {
        status: u8;
    }

    device bmc {
        kcs: kcs version 2;
    }
""",
)
VERSION_OF_ENUM = Code(
    slug="version-of-enum",
    severity=Severity.ERROR,
    title="a version behind the name of an enum",
    explanation="""\
Structs have versions; an enum is an integer.

Example:

    enum Mode : u8 {
        idle = 0;
    }

    device uart {
        mode: Mode version 1;
    }

Mend:

    enum Mode : u8 {
        idle = 0;
    }

    device uart {
        mode: Mode;
    }
""",
)
NOT_A_TYPE = Code(
    slug="not-a-type",
    severity=Severity.ERROR,
    title="a const or device where a type must stand",
    explanation="""\
A field is of a builtin type, an enum or a struct. A device is a section of its own in the stream:
what several devices share is a struct that each of them embeds.

Example:

    device uart {
        lcr: u8;
    }

    device pci_uart {
        state: uart;
    }

Mend:

    struct uart_core as "uart" {
        lcr: u8;
    }

    device uart {
        state: uart_core;
    }

    device pci_uart {
        state: uart_core;
    }
""",
)
NULLABLE_WITHOUT_ARRAY = Code(
    slug="nullable-without-array",
    severity=Severity.ERROR,
    title="a `?` without an array behind it",
    explanation="""\
`T?[n]` is an array of pointers, of which some may be null. `bytes?[4]` has no array: the 4 is the
buffer's own length, and `bytes?[2][4]` are two pointers to buffers of four. A single pointer that
may be null is a field with an `if`, or a subsection.

Example:

    device uart {
        buffer: bytes?[4];
    }

Mend:

    device uart {
        buffers: bytes?[2][4];
    }
""",
)
STRUCT_CONTAINS_ITSELF = Code(
    slug="struct-contains-itself",
    severity=Severity.ERROR,
    title="a struct that contains itself",
    explanation="""\
What a struct embeds is part of it, so one that contains itself would have no end. A list or map
between may be empty, and ends it.

Example:

    struct node {
        value: u8;
        next:  node;
    }

    device tree {
        root: node;
    }

Mend:

    struct node {
        value: u8;
        next:  list<node>;
    }

    device tree {
        root: node;
    }
""",
)
EMBEDDED_TOO_DEEP = Code(
    slug="embedded-too-deep",
    severity=Severity.ERROR,
    title="structs within structs, over 100 levels deep",
    explanation="""\
Every program that loads such a device goes down one level for each. No real device is deeper than
ten.

To mend it, embed what belongs together in one struct, side by side.
""",
)
OPAQUE_WITHOUT_LENGTH = Code(
    slug="opaque-without-length",
    severity=Severity.ERROR,
    title="opaque bytes without a length before the end of a device",
    explanation="""\
`opaque` without a length takes all that is left of the section. What stands behind it would never
be reached, so only the last field of a device can be that, and only where the device has no
subsections.

Under `@recorded` it may stand anywhere: the class that holds it has no codec.

Example:

    device virtio {
        state: opaque "virtio";
        more:  u8;
    }

Mend:

    device virtio {
        more:  u8;
        state: opaque "virtio";
    }
""",
)

CODES: tuple[Code, ...] = (
    BUFFER_WITHOUT_LENGTH,
    ELEMENT_NOT_STRUCT,
    LIST_VERSION_OUT_OF_RANGE,
    STRUCT_VERSION_OUT_OF_RANGE,
    VERSION_OF_ENUM,
    NOT_A_TYPE,
    NULLABLE_WITHOUT_ARRAY,
    STRUCT_CONTAINS_ITSELF,
    EMBEDDED_TOO_DEEP,
    OPAQUE_WITHOUT_LENGTH,
)
