"""What was read from C, held against what a real QEMU says: the records, and the way to ask.

A dump says the names, versions, numbers, sizes and tests of all classes of a program
(`-dump-vmstate`, migration/savevm.c: dump_vmstate_json_to_file); a stream shows the bytes of some
devices.
"""

from collections.abc import Iterable
from enum import Enum

from vmsdl.records import dataclass


class Outcome(Enum):
    EXACT = "exact"
    EXACT_WITH = "exact with other values of locals and properties"
    DIFFERENT = "differs"
    UNKNOWN = "not among what was read"
    STUB = "a stub without a name"  # hw/…-stub.c: `const VMStateDescription vmstate_x = {}`


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """One class of a dump, or one section of a stream."""

    device: str  # a QOM type; the name of a section
    against: str  # the file
    outcome: Outcome
    detail: str = ""  # the first difference, or the values that make it exact

    def __str__(self) -> str:
        words = f"{self.against}: {self.device}: {self.outcome.value}"
        return f"{words}: {self.detail}" if self.detail else words


def count_exact(checks: Iterable[DeviceCheck]) -> tuple[int, int]:
    """How many are exact, of how many; stubs have nothing that could be compared."""
    compared = [each for each in checks if each.outcome is not Outcome.STUB]
    return sum(each.outcome is Outcome.EXACT for each in compared), len(compared)
