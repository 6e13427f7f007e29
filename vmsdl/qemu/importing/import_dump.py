"""From QEMU's -dump-vmstate JSON to trees of .vmsd files, one for each device family.

A dump has names, versions, existence tests and sizes in memory; it has neither types nor
conditions. A field of which only the size is known becomes `opaque`; one that has a test becomes
`extern`. Sizes in memory are kept in annotations, so that `vmsdl.qemu.export` gives the same JSON
back.
"""

from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.qemu.importing.merge_dump import merge_dump
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas


def import_dump(document: object, origin: str) -> tuple[ImportedFile, ...]:
    """The files for a parsed dump; `origin` is the dump's name, for the header comment."""
    merged = merge_dump(Observations(), document)
    doc = f"Imported from {origin}: names, versions and sizes in memory; no types."
    return write_schemas(merged.observations, [], merged, doc)
