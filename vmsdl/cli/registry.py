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
    CommandRow("check", "check", "say what is wrong with schemas"),
    CommandRow(
        "diff",
        "diff",
        "tell what becomes of state when it moves between two versions, in both directions",
    ),
    CommandRow(
        "release",
        "release",
        "freeze the schemas as a release, for later versions to be compared with",
    ),
    CommandRow(
        "matrix",
        "matrix",
        "tell which release loads what which other saves, and what an operator does about it",
    ),
    CommandRow(
        "explain",
        "explain",
        "tell all about a diagnostic or a change: what it means, why it hurts, how to mend it",
    ),
    CommandRow("format", "format", "lay schemas out in the one canonical way"),
    CommandRow(
        "show",
        "show",
        "print a stage of the compiler, for people who work on vmsdl",
    ),
    # A module cannot be called `import`.
    CommandRow("import", "import_", "write schemas for what a real QEMU says of itself"),
    CommandRow("export", "export", "write the JSON of -dump-vmstate for schemas"),
    CommandRow("stream", "stream", "look into a migration stream, and edit it"),
)

STREAM_ACTIONS = (
    CommandRow("info", "stream_info", "sections, devices, versions, sizes, RAM blocks"),
    CommandRow("decode", "stream_decode", "the fields of every device, by name"),
    CommandRow("encode", "stream_encode", "a document of `decode --json` back to a stream"),
    CommandRow("check", "stream_check", "would a program with that schema load the stream?"),
)
