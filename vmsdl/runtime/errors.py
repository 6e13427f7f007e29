"""The errors of generated modules."""

from struct import error as PackError
from typing import Literal

Reason = Literal[
    "truncated",
    "trailing-data",
    "unknown-subsection",
    "version-too-new",
    "version-too-old",
    "out-of-range",
    "check-failed",
    "not-equal",
    "bad-marker",
    "bad-enum",
    "length-mismatch",
    "hook-failed",
    "bad-value",
    "limit",
]


class DecodeError(ValueError):
    """Bytes that this schema refuses: where (`path`, byte `offset`), why (`reason`), in words.

    `values` has what the reason is about: the version that was read, the value that was read and
    the receiver's, or the name of a `validate` rule. For other reasons it is empty. `loaded` has
    the objects on the way to `path`, the outermost first, with all that was read into them before.
    """

    def __init__(
        self,
        path: str,
        offset: int,
        reason: Reason,
        message: str,
        values: tuple[object, ...] = (),
        loaded: tuple[object, ...] = (),
    ) -> None:
        super().__init__(path, offset, reason, message)
        self.path = path
        self.offset = offset
        self.reason: Reason = reason
        self.message = message
        self.values = values
        self.loaded = loaded

    def __str__(self) -> str:
        return f"{self.path}: {self.message} (at byte {self.offset}, 0x{self.offset:x})"


class EncodeError(ValueError):
    """A state that cannot be written: where (`path`) and why (`reason`, `message`)."""

    def __init__(self, path: str, reason: Reason, message: str) -> None:
        super().__init__(path, reason, message)
        self.path = path
        self.reason: Reason = reason
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class NeedsGeneralCodec(Exception):
    """Raised by the fast code of a class where it meets anything but the plain case."""


# What else input alone can raise in fast code: short data, an enum value without a member, an
# expression without a value; on save also a value of the wrong type. The general codec then
# decides. Any other exception is a bug of vmsdl and is not caught.
LOAD_ERRORS = (PackError, LookupError, ArithmeticError, ValueError)
SAVE_ERRORS = (*LOAD_ERRORS, TypeError, AttributeError)
