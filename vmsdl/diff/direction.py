"""The two directions in which state moves between two versions."""

from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Direction(StrEnum):
    """The value is how command lines, files and JSON spell it."""

    OLD_TO_NEW = "old-to-new"  # an upgrade
    NEW_TO_OLD = "new-to-old"  # a rollback

    @property
    def sender_is_old(self) -> bool:
        return self is Direction.OLD_TO_NEW

    @property
    def phrase(self) -> str:
        """The direction in a sentence: `old to new`."""
        return self.replace("-", " ")

    def choose(self, old_to_new: T, new_to_old: T) -> T:
        """The one of two things that belongs to this direction."""
        return old_to_new if self.sender_is_old else new_to_old

    def order_ends(self, old: T, new: T) -> tuple[T, T]:
        """What belongs to the sender, then what belongs to the receiver."""
        return (old, new) if self.sender_is_old else (new, old)
