"""The two errors of a generated module."""

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
    the receiver's, or the name of a `validate` rule. For other reasons it is empty.
    """

    def __init__(
        self,
        path: str,
        offset: int,
        reason: Reason,
        message: str,
        values: tuple[object, ...] = (),
    ) -> None:
        super().__init__(path, offset, reason, message)
        self.path = path
        self.offset = offset
        self.reason: Reason = reason
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return f"{self.path}: {self.message} (at byte {self.offset}, 0x{self.offset:x})"


class EncodeError(ValueError):
    """A state that cannot be written: where (`path`), why (`reason`), in words."""

    def __init__(self, path: str, reason: Reason, message: str) -> None:
        super().__init__(path, reason, message)
        self.path = path
        self.reason: Reason = reason
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"
