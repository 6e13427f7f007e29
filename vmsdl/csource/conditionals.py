"""Which branch of an `#if` a build has, without a build.

What `--define` and the target say counts; then the macros that the file sees. A `CONFIG_` that
nobody knows is taken as built in: a device that a build can have is worth to be read. Those of
other hosts, and of programs that are no machine, are not.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from vmsdl.csource.constants import NotConstantError, evaluate_condition, read_number
from vmsdl.csource.lexer import is_name, read_tokens
from vmsdl.csource.unit import Macro, Unit

NOT_BUILT = frozenset(
    [
        "CONFIG_USER_ONLY",
        "CONFIG_LINUX_USER",
        "CONFIG_BSD_USER",
        "CONFIG_WIN32",
        "CONFIG_DARWIN",
        "CONFIG_HVF",
        "CONFIG_BSD",
        "CONFIG_WHPX",
        "CONFIG_NVMM",
        "CONFIG_COCOA",
        "CONFIG_DEBUG_TCG",
        "CONFIG_INT128_TYPE",
        "CONFIG_SOLARIS",
        "CONFIG_KVM",
        "CONFIG_XEN_EMU",
        "CONFIG_INT128",
    ]
)
_DEFINED = re.compile(r"\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))")
_HAS = re.compile(r"\b__has_\w+\s*\([^()]*\)")

FindMacro = Callable[[str, Unit], Macro | None]


class Conditions:
    """Decides the `#if`s of all files of a program."""

    def __init__(self, defines: Mapping[str, str], find_macro: FindMacro) -> None:
        self._defines = defines
        self._find_macro = find_macro

    def decide(self, word: str, text: str, unit: Unit) -> bool:
        if word == "if":
            return self._decide_expression(text, unit)
        name = text.split()[0] if text else ""
        return self._is_defined(name, unit) == (word == "ifdef")

    def _is_defined(self, name: str, unit: Unit) -> bool:
        if name in self._defines:
            # A define of 0 is how a switch is said to be off; words and byte orders have values.
            return self._defines[name] != "0" or not name.startswith(("CONFIG_", "TARGET_"))
        if name in unit.macros:
            return True
        if name.startswith("CONFIG_"):
            return name not in NOT_BUILT
        return not name.endswith("_H") and self._find_macro(name, unit) is not None

    def _decide_expression(self, text: str, unit: Unit) -> bool:
        text = _DEFINED.sub(
            lambda found: str(int(self._is_defined(found[1] or found[2], unit))), text
        )
        tokens = read_tokens(_HAS.sub("0", text))
        return evaluate_condition(tokens, lambda name: self._find_value(name, unit, 0)) != 0

    def _find_value(self, name: str, unit: Unit, depth: int) -> int:
        if name in self._defines:
            return _read(self._defines[name])
        macro = unit.macros.get(name) or self._find_macro(name, unit)
        if macro is None or macro.parameters is not None or depth > 20:
            return int(name.startswith("CONFIG_") and name not in NOT_BUILT)
        body: Sequence[str] = macro.body
        if len(body) == 1 and not is_name(body[0]):
            return _read(body[0])
        return evaluate_condition(body, lambda inner: self._find_value(inner, unit, depth + 1))


def _read(text: str) -> int:
    try:
        return read_number(text)
    except NotConstantError:
        return 0
