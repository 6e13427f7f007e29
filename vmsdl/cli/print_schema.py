"""`--print-schema`: the JSON schema of what a command prints as JSON."""

import argparse
from importlib import import_module

from vmsdl.cli.console import Console


def add_print_schema(parser: argparse.ArgumentParser, **readers: str) -> None:
    """`readers`: by the kind of output, the function that reads its schema, as `module:name`.

    Where there are several kinds, the first is the default.
    """
    parser.add_argument(
        "--print-schema",
        action=_PrintSchema,
        nargs="?" if len(readers) > 1 else 0,
        choices=tuple(readers) if len(readers) > 1 else None,
        const=next(iter(readers)),
        default=argparse.SUPPRESS,
        metavar="WHICH" if len(readers) > 1 else None,
        readers=readers,
        help="print the JSON schema of the JSON that this command writes, and exit"
        + (f": {' or '.join(readers)}" if len(readers) > 1 else ""),
    )


class _PrintSchema(argparse.Action):
    """Like `--version`: whatever else is given, it is all that is done."""

    def __init__(self, *arguments: object, readers: dict[str, str], **rest: object) -> None:
        super().__init__(*arguments, **rest)  # type: ignore[arg-type]
        self._readers = readers

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: object, value: object, *_: object
    ) -> None:
        which = value if isinstance(value, str) else str(self.const)
        module, name = self._readers[which].split(":")
        Console().result(getattr(import_module(module), name)())
        raise SystemExit(0)
