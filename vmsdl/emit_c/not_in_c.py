"""What C, or QEMU's VMState, has no words for."""

from vmsdl.source import Span


class NotInC(Exception):
    """A place of the schema that cannot be written as C, why, and what to do about it."""

    def __init__(self, span: Span, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.span = span
        self.message = message
        self.help = help
