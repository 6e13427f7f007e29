"""Machine types that a module sets in classes of another: what it adds to their tables."""

from collections.abc import Mapping
from typing import Any

from vmsdl.runtime.build_codec import describe
from vmsdl.runtime.layout import Lambda


def add_machines(
    cls: type[Any], rows: Mapping[str, tuple[tuple[tuple[str, ...], Lambda], ...]]
) -> None:
    """The settings of a class by machine type, those of `extends` first."""
    describe(cls).layout.machines.update(rows)
    cls.MACHINES = tuple(dict.fromkeys((*cls.MACHINES, *rows)))
