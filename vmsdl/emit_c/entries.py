"""One line of `.fields`: a macro of QEMU, or an initializer where QEMU has no macro."""

from typing import TypeAlias

from vmsdl.emit_c.c_layout import wrap, wrap_call
from vmsdl.records import dataclass

_INDENT = " " * 8
NULL = "NULL"


@dataclass(frozen=True, slots=True)
class MacroEntry:
    name: str
    arguments: tuple[str, ...]

    def format(self) -> list[str]:
        return wrap(f"{_INDENT}{self.name}(", ", ".join(self.arguments), "),")


@dataclass(frozen=True, slots=True)
class InitializerEntry:
    """The members of a `VMStateField`; those that are empty or zero are left out."""

    members: tuple[tuple[str, str], ...]

    def format(self) -> list[str]:
        lines = [f"{_INDENT}{{"]
        for name, value in self.members:
            if value and value not in ("0", NULL):
                wrapper = wrap_call if name.endswith("offset") else wrap
                lines += wrapper(f"{_INDENT}    .{name} = ", value, ",")
        return [*lines, f"{_INDENT}}},"]


Entry: TypeAlias = MacroEntry | InitializerEntry


@dataclass(frozen=True, slots=True)
class Gate:
    """When a field is present: a test alone decides where there is one, as in QEMU."""

    since: int = 0
    test: str = NULL

    @property
    def version(self) -> str:
        """The version of a macro that also takes a test: 0 where the test decides."""
        return "0" if self.test != NULL else str(self.since)

    def choose(self, name: str, *arguments: str) -> MacroEntry:
        """A macro of a family: `X`, `X_V` with a version behind, or `X_TEST` with a test."""
        if self.test != NULL:
            return MacroEntry(f"{name}_TEST", (*arguments, self.test))
        if self.since:
            return MacroEntry(f"{name}_V", (*arguments, str(self.since)))
        return MacroEntry(name, arguments)

    def choose_unused(self, size: str) -> MacroEntry:
        """The same for unused bytes, whose version comes first."""
        if self.test != NULL:
            return MacroEntry("VMSTATE_UNUSED_TEST", (self.test, size))
        if self.since:
            return MacroEntry("VMSTATE_UNUSED_V", (str(self.since), size))
        return MacroEntry("VMSTATE_UNUSED", (size,))
