"""The functions of one description: tests, validators, `needed` and what wraps the hooks."""

from collections.abc import Iterator
from dataclasses import field

from vmsdl.emit_c.bodies import CBody
from vmsdl.emit_c.c_annotations import read_c
from vmsdl.emit_c.c_expressions import CWriter
from vmsdl.emit_c.c_layout import quote, wrap, wrap_call
from vmsdl.emit_c.c_names import find_enumerator, find_member_path, to_snake
from vmsdl.emit_c.entries import NULL, Gate, MacroEntry
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern, Let
from vmsdl.expr.text import unparse_in_full
from vmsdl.records import dataclass
from vmsdl.schema.description import Check, Description, Field, Hook, Unused, Validate
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.sizes import WORD
from vmsdl.schema.types import Array, EnumType

_TEST = "void *opaque, int version_id"
_NEEDED = "void *opaque"
_HOOKS = {
    Hook.PRE_LOAD: "int {}(void *opaque)",
    Hook.POST_LOAD: "int {}(void *opaque, int version_id)",
    Hook.PRE_SAVE: "int {}(void *opaque)",
    Hook.POST_SAVE: "int {}(void *opaque)",
}


@dataclass(slots=True)
class FunctionBook:
    """The functions of a description, whole, and prototypes of those that the device's code has."""

    body: CBody
    functions: list[str] = field(default_factory=list)
    prototypes: list[str] = field(default_factory=list)
    _gates: dict[object, str] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    # Conditions --------------------------------------------------------------------------------

    def find_gate(self, step: Field | Unused) -> Gate:
        """The test of a step. One function serves all steps with the same condition."""
        if step.condition is None:
            return Gate(step.since)
        if isinstance(step.condition, Extern):
            if step.since:
                message = "a test of QEMU decides alone, and C cannot add `since` to the device's"
                raise NotInC(step.span, message, "let the function ask for the version, too")
            name = str(read_c(step).get("function", f"{self._find_name(step)}_test"))
            return Gate(0, self._declare(f"bool {name}({_TEST})", name))
        key = (step.condition, step.since)
        if key not in self._gates:
            self._gates[key] = self._write_test(step, step.condition)
        return Gate(step.since, self._gates[key])

    def _write_test(self, step: Field | Unused, condition: Expr) -> str:
        if isinstance(condition, Let):
            name = self._claim(f"{self.body.prefix}_{to_snake(condition.name)}")
        else:
            name = self._claim(f"{self._find_name(step)}_test")
        writer = CWriter(self.body, "version_id", name)
        text = writer.write(condition)
        if step.since:
            text = f"version_id >= {step.since} && {_in_chain(text)}"
        self._add(f"static bool {name}({_TEST})", writer, wrap("    return ", text, ";"))
        return name

    def find_presence(self, step: Field | Unused) -> str:
        """The call that says whether a step is present; empty where it always is."""
        gate = self.find_gate(step)
        if gate.test != NULL:
            return f"{gate.test}(opaque, version_id)"
        if gate.since > self.body.description.minimum_version_id:
            return f"version_id >= {gate.since}"
        return ""

    def find_needed(self) -> str:
        """The function of `needed`; empty where the description is always sent."""
        needed = self.body.description.needed
        if needed is None or (not isinstance(needed, Extern) and fold_constant(needed) is True):
            return ""
        name = f"{self.body.prefix}_needed"
        if isinstance(needed, Extern):
            name = str(read_c(self.body.description).get("function", name))
            return self._declare(f"bool {name}({_NEEDED})", name)
        name = self._claim(name)
        # The sender decides, and it saves its newest version.
        writer = CWriter(self.body, str(self.body.description.version_id), name)
        lines = wrap("    return ", writer.write(needed), ";")
        self._add(f"static bool {name}({_NEEDED})", writer, lines)
        return name

    # Checks ------------------------------------------------------------------------------------

    def write_checks(self, step: Field | Validate) -> Iterator[MacroEntry]:
        """The validators of a step, in its place. Those on load alone are in `post_load`."""
        if isinstance(step, Validate):
            if not step.is_load_only:
                name = f"{self.body.prefix}_is_valid"
                yield self._write_validator(step, Check(step.condition, step.message), name, "")
            return
        presence = self.find_presence(step)
        name = f"{self._find_name(step)}_is_valid"
        if _has_enum(step):
            yield self._write_enum_validator(step, presence)
        for check in step.checks:
            if not check.is_load_only:
                yield self._write_validator(step, check, name, presence)

    def _write_validator(
        self, step: Field | Validate, check: Check, name: str, presence: str
    ) -> MacroEntry:
        name = self._claim(name)
        writer = CWriter(self.body, "version_id", name)
        text = _unless_absent(presence, writer.write(check.condition))
        self._add(f"static bool {name}({_TEST})", writer, wrap("    return ", text, ";"))
        # Without a message the condition itself stands in the error.
        message = check.message or unparse_in_full(check.condition)
        return MacroEntry("VMSTATE_VALIDATE", (quote(message), name))

    def _write_enum_validator(self, step: Field, presence: str) -> MacroEntry:
        """A load refuses what is no value of an enum, and bits that no flag has."""
        type_ = step.type
        is_array = isinstance(type_, Array)
        element = type_.element if isinstance(type_, Array) else type_
        assert isinstance(element, EnumType)
        enum = self.body.schema.enums[element.name]
        name = self._claim(f"{self._find_name(step)}_is_valid")
        writer = CWriter(self.body, "version_id", name, reads_state=True)
        path = f"s->{find_member_path(step)}"
        enumerators = [find_enumerator(enum, member) for member in enum.members]
        if enum.is_flags:
            known = " | ".join(enumerators) or "0"
            # Of 64 bits the upper ones are unknown, too.
            cast = "(uint64_t)" if SCALARS[enum.scalar].size == WORD else ""
            lines = wrap("    return ", f"!({path} & ~{cast}({known}))", ";")
        else:
            lines = [f"    switch ({path}) {{", *(f"    case {each}:" for each in enumerators)]
            lines += ["        return true;", "    default:", "        return false;", "    }"]
        if is_array:
            raise NotInC(step.span, "an array of an enum has no validator in C")
        if presence:
            lines = [f"    if (!{_in_unary(presence)}) {{", "        return true;", "    }", *lines]
        self._add(f"static bool {name}({_TEST})", writer, lines)
        kind = "flags" if enum.is_flags else "value"
        text = f"unknown {kind} of {enum.name} in {step.name}"
        return MacroEntry("VMSTATE_VALIDATE", (quote(text), name))

    # Hooks -------------------------------------------------------------------------------------

    def find_hook(self, hook: Hook) -> str:
        """The function of a hook: the device's own, or one that wraps it; empty without."""
        own = ""
        description = self.body.description
        if hook in description.hooks:
            own = str(read_c(description).get(hook.value, f"{self.body.prefix}_{hook.value}"))
            self._declare(_HOOKS[hook].format(own), own)
        if hook is Hook.PRE_LOAD:
            return self._wrap(hook, own, *self._write_defaults())
        if hook is Hook.POST_LOAD:
            return self._wrap(hook, own, *self._write_load_checks())
        return own

    def _wrap(self, hook: Hook, own: str, writer: CWriter, lines: list[str]) -> str:
        if not lines:
            return own
        name = self._claim(f"{self.body.variable}_{hook.value}")
        version = ", version_id" if hook is Hook.POST_LOAD else ""
        tail = f"    return {own}(opaque{version});" if own else "    return 0;"
        self._add("static " + _HOOKS[hook].format(name), writer, [*lines, "", tail])
        return name

    def _write_defaults(self) -> tuple[CWriter, list[str]]:
        """What absent fields hold after a load: its own, and those of absent subsections."""
        writer = CWriter(self.body, "", "")
        lines = []
        for body, step in _find_absent_defaults(self.body):
            assert step.default is not None
            inner = CWriter(body, "", "")
            writer.reads_state = True
            path = find_member_path(step)
            lines += wrap(f"    s->{path} = ", inner.write(step.default), ";")
        return writer, lines

    def _write_load_checks(self) -> tuple[CWriter, list[str]]:
        writer = CWriter(self.body, "version_id", f"{self.body.variable}_post_load")
        lines: list[str] = []
        for step in self.body.description.steps:
            if isinstance(step, Field):
                presence = self.find_presence(step)
                for check in step.checks:
                    if check.is_load_only:
                        lines += self._write_refusal(writer, check, presence)
            elif isinstance(step, Validate) and step.is_load_only:
                lines += self._write_refusal(writer, Check(step.condition, step.message), "")
        return writer, lines

    def _write_refusal(self, writer: CWriter, check: Check, presence: str) -> list[str]:
        fails = f"!({writer.write(check.condition)})"
        if presence:
            fails = f"{presence} && {fails}"
        message = check.message or unparse_in_full(check.condition)
        text = f"{self.body.description.wire_name}: {message}".replace("%", "%%")
        return [
            *wrap("    if (", fails, ") {"),
            *wrap("        error_report(", quote(text), ");"),
            "        return -EINVAL;",
            "    }",
        ]

    # Parts -------------------------------------------------------------------------------------

    def _find_name(self, step: Field | Unused) -> str:
        name = step.name if isinstance(step, Field) else "unused"
        return f"{self.body.prefix}_{to_snake(name)}"

    def _claim(self, name: str) -> str:
        """A name that no other function of the description has."""
        number, free = 2, name
        while free in self._names:
            free, number = f"{name}_{number}", number + 1
        self._names.add(free)
        return free

    def _declare(self, prototype: str, name: str) -> str:
        text = f"static {prototype};"
        if text not in self.prototypes:
            self.prototypes.append(text)
        return name

    def _add(self, signature: str, writer: CWriter, lines: list[str]) -> None:
        self.functions += writer.helpers
        opened = wrap_call("", signature)
        declaration = [f"    {self.body.c_type} *s = opaque;", ""] if writer.reads_state else []
        self.functions.append("\n".join([*opened, "{", *declaration, *lines, "}"]))


def _find_absent_defaults(body: CBody) -> Iterator[tuple[CBody, Field]]:
    description: Description = body.description
    for step in description.fields:
        is_gated = step.condition is not None or step.since > description.minimum_version_id
        if step.default is not None and (is_gated or len(body.owners) > 1):
            yield body, step
    for subsection in description.subsections:
        yield from _find_absent_defaults(body.enter(subsection))


def _has_enum(step: Field) -> bool:
    match step.type:
        case EnumType():
            return True
        case Array(element=EnumType()):
            return True
        case _:
            return False


def _unless_absent(presence: str, text: str) -> str:
    return f"!{_in_unary(presence)} || {_in_chain(text)}" if presence else text


def _in_unary(text: str) -> str:
    return f"({text})" if " " in text.partition("(")[0] else text


def _in_chain(text: str) -> str:
    """A condition beside `&&` or `||`, where gcc asks for parentheses."""
    return f"({text})" if any(sign in text for sign in (" && ", " || ", " ? ")) else text
