"""Codes about imports."""

from vmsdl.diagnostics.diagnostic import Code, Severity

IMPORT_CYCLE = Code(
    slug="import-cycle",
    severity=Severity.ERROR,
    title="imports that lead back to where they began",
    explanation="""\
An import makes all names of another file known, and that file must stand on its own. Two files
that import each other are one thing in two files: neither can be read, compiled or reused without
the other.

The message shows the whole ring.

Example:

    import "b.vmsd";

    device a {
        x: u8;
    }

    // file b.vmsd
    import "example.vmsd";

    const B = 1;

Mend:

    import "b.vmsd";

    device a {
        x: u8[B];
    }

    // file b.vmsd
    const B = 1;

What both files need belongs into a third that both import.
""",
)
IMPORT_NOT_FOUND = Code(
    slug="import-not-found",
    severity=Severity.ERROR,
    title="an import of a file that does not exist",
    explanation="""\
The path of an import is relative to the folder of the file it stands in, not to the folder that
the program was started in. There is no search path.

Example:

    import "pci_device.vmsd";

    device e1000 {
        status: u32;
    }

Mend:

    import "pci.vmsd";

    device e1000 {
        status: u32[PCI_BARS];
    }

    // file pci.vmsd
    const PCI_BARS = 6;
""",
)
IMPORT_NOT_RELATIVE = Code(
    slug="import-not-relative",
    severity=Severity.ERROR,
    title="an import by an absolute path",
    explanation="""\
An absolute path means another file on every machine, or none. And one file that is imported by an
absolute and by a relative path would be taken for two.

Example:

    import "/home/me/pci.vmsd";

    device e1000 {
        status: u32;
    }

Mend:

    import "pci.vmsd";

    device e1000 {
        status: u32[PCI_BARS];
    }

    // file pci.vmsd
    const PCI_BARS = 6;
""",
)
IMPORT_UNREADABLE = Code(
    slug="import-unreadable",
    severity=Severity.ERROR,
    title="an import that cannot be read",
    explanation="""\
The file is there, but it is a folder, or may not be opened, or its bytes are not UTF-8. A .vmsd
file is text in UTF-8; an editor that saved it as Latin-1 or UTF-16 is the usual reason for the
last.

To mend it, correct the path, the file's permissions or its encoding (`iconv -f LATIN1 -t UTF-8
pci.vmsd`).
""",
)
TOO_MANY_IMPORTS = Code(
    slug="too-many-imports",
    severity=Severity.ERROR,
    title="more imports than a schema can have",
    explanation="""\
A schema can have 1,000 files, 20 of them importing one another in a row, and 32 million
characters in all. The whole of QEMU is a small part of that, so files are being imported that
nobody wanted, or were made by a program that does not end.

To mend it, split the schema: a device needs only the files that it names something of.
""",
)

CODES: tuple[Code, ...] = (
    IMPORT_CYCLE,
    IMPORT_NOT_FOUND,
    IMPORT_NOT_RELATIVE,
    IMPORT_UNREADABLE,
    TOO_MANY_IMPORTS,
)
