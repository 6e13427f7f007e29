"""`vmsdl stream`: what a migration stream holds, its state by name, and back after an edit.

Each action is a module of its own: `stream_info.py`, `stream_decode.py`, `stream_encode.py`,
`stream_check.py`.
"""

import argparse

from vmsdl.cli.parser import add_commands
from vmsdl.cli.registry import STREAM_ACTIONS

DESCRIPTION = """Read a migration stream that QEMU wrote (`migrate "exec:cat > FILE"`) by its own
description, and write it back with changes."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_commands(parser, STREAM_ACTIONS, metavar="ACTION", dest="action")
