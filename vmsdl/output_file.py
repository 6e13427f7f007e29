"""What emission gives: files to write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file to write: its name in the output folder, its text, the .vmsd it is made from."""

    name: str
    text: str
    source: str = ""  # "" for `_vmsd.py`
    notes: tuple[str, ...] = ()  # what was left out of it, in words
