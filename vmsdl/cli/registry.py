"""The commands: a table, so that only the module of the command that runs is imported.

A module has `DESCRIPTION` (the text of its `--help`), `configure(parser)`, which adds its options,
and `run(options, console)`, which returns the exit status. A file `diff_PART.py` has a part of
`diff` and no row. `stream` has no `run`: each of its actions is a row of `STREAM_ACTIONS`.
"""

from typing import NamedTuple


class CommandRow(NamedTuple):
    """A command or an action of one: its name, its module in `vmsdl.cli.commands`, its summary."""

    name: str
    module: str
    summary: str


# `vmsdl --help` shows them in this order.
COMMANDS = (
    CommandRow("compile", "compile", "compile schemas to Python modules"),
    CommandRow("check", "check", "report errors and warnings in schemas"),
    CommandRow(
        "diff",
        "diff",
        "report how device state migrates between two versions, in both directions",
    ),
    CommandRow(
        "release",
        "release",
        "freeze the schemas as a release, with which later versions are compared",
    ),
    CommandRow(
        "matrix",
        "matrix",
        "report which release loads the state of which other release, with advice for operators",
    ),
    CommandRow(
        "explain",
        "explain",
        "explain a diagnostic or a change: what it means, why it matters, how to fix it",
    ),
    CommandRow("format", "format", "format schemas in the canonical layout"),
    CommandRow(
        "show",
        "show",
        "print a stage of the compiler, for developers of vmsdl",
    ),
    # A module cannot be called `import`.
    CommandRow("import", "import_", "write schemas from dumps and migration streams of QEMU"),
    CommandRow("export", "export", "write the JSON of -dump-vmstate, or QEMU's C, from schemas"),
    CommandRow("stream", "stream", "read, decode, edit and check migration streams"),
)

STREAM_ACTIONS = (
    CommandRow("info", "stream_info", "list sections, devices, versions, sizes and RAM blocks"),
    CommandRow("decode", "stream_decode", "print the fields of every device by name"),
    CommandRow("encode", "stream_encode", "write a stream from a document of `decode --json`"),
    CommandRow(
        "check", "stream_check", "check whether a program with given schemas would load a stream"
    ),
)
