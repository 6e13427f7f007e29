"""Expansion of macros (C11 6.10.3). The caller knows which macros a file sees.

Macros that take types, and those of which the name says more than the body, are never expanded.
"""

from collections.abc import Callable, Mapping, Sequence

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.lexer import is_name, read_tokens
from vmsdl.csource.unit import Macro

KEPT = frozenset(
    [
        "offsetof",
        "sizeof",
        "stringify",
        "tostring",
        "typeof",
        "typeof_field",
        "typeof_elt_of_field",
        "sizeof_field",
        "QEMU_BUILD_BUG_ON_ZERO",
        "QEMU_IS_ARRAY",
        "ARRAY_SIZE",
        "G_N_ELEMENTS",
        "MAX",
        "MIN",
        "container_of",
        "DO_UPCAST",
        "NULL",
        "assert",
        "g_assert",
        "bool",
        "true",
        "false",
        "OBJECT_CHECK",
        "OBJECT_CLASS_CHECK",
        "OBJECT_GET_CLASS",
        "vmstate_offset_value",
        "vmstate_offset_pointer",
        "vmstate_offset_array",
        "vmstate_offset_2darray",
        "vmstate_offset_sub_array",
        "vmstate_offset_buffer",
        "vmstate_offset_varray",
        "type_check",
        "type_check_array",
        "type_check_2darray",
        "type_check_pointer",
        "type_check_varray",
        "test_bit",
        "INT64_C",
        "UINT64_C",
        "INT32_C",
        "UINT32_C",
        "DIV_ROUND_UP",
        "ROUND_UP",
    ]
)
# What an expansion can make: macros that double themselves are not followed for ever.
MOST_TOKENS = 400_000
_DEEPEST = 60

Find = Callable[[str], Macro | None]


def expand(tokens: Sequence[str], find: Find, hidden: frozenset[str] = frozenset()) -> list[str]:
    """The tokens with every macro that `find` knows replaced."""
    return _Expansion(find).expand(tokens, hidden, 0)


class _Expansion:
    def __init__(self, find: Find) -> None:
        self._find = find
        self._made = 0

    def expand(self, tokens: Sequence[str], hidden: frozenset[str], depth: int) -> list[str]:
        made: list[str] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            macro = None
            if is_name(token) and token not in hidden and token not in KEPT:
                macro = self._find(token)
            if macro is None or depth > _DEEPEST or self._made > MOST_TOKENS:
                made.append(token)
                continue
            inner = hidden | {token}
            if macro.parameters is None:
                self._made += len(macro.body)
                made += self.expand(macro.body, inner, depth + 1)
                at = self._rescan(made, tokens, at, hidden, depth)
                continue
            if not _is_call(tokens, at):
                made.append(token)
                continue
            close = find_close(tokens, at)
            arguments = split(tokens[at + 1 : close])
            at = close + 1
            body = self._substitute(macro, arguments, hidden, depth)
            self._made += len(body)
            made += self.expand(body, inner, depth + 1)
            at = self._rescan(made, tokens, at, hidden, depth)
        return made

    def _rescan(
        self,
        made: list[str],
        tokens: Sequence[str],
        at: int,
        hidden: frozenset[str],
        depth: int,
    ) -> int:
        """A replacement that ends with the name of a macro, whose arguments follow in the source,
        is a call of that macro (C11 6.10.3.4). The place after them."""
        while made and _is_call(tokens, at) and made[-1] not in KEPT and is_name(made[-1]):
            macro = self._find(made[-1])
            if macro is None or macro.parameters is None or depth > _DEEPEST:
                break
            close = find_close(tokens, at)
            made += self.expand([made.pop(), *tokens[at : close + 1]], hidden, depth + 1)
            at = close + 1
        return at

    def _substitute(
        self, macro: Macro, arguments: list[list[str]], hidden: frozenset[str], depth: int
    ) -> list[str]:
        table = _bind(macro, arguments)
        body = macro.body
        made: list[str] = []
        at = 0
        while at < len(body):
            token = body[at]
            if body[at + 1 : at + 2] == ("##",):
                glued = list(table.get(token, [token]))
                while body[at + 1 : at + 2] == ("##",):
                    right = table.get(body[at + 2], [body[at + 2]]) if at + 2 < len(body) else []
                    if glued == [","]:
                        glued = [",", *right] if right else []
                    else:
                        joined = read_tokens((glued[-1] if glued else "") + "".join(right[:1]))
                        glued = [*glued[:-1], *joined, *right[1:]]
                    at += 2
                made += glued
            elif token == "#" and at + 1 < len(body) and body[at + 1] in table:
                at += 1
                made.append('"' + "".join(table[body[at]]).replace('"', "") + '"')
            elif token in table:
                made += self.expand(table[token], hidden, depth + 1)
            else:
                made.append(token)
            at += 1
        return made


def _is_call(tokens: Sequence[str], at: int) -> bool:
    return at < len(tokens) and tokens[at] == "("


def _bind(macro: Macro, arguments: list[list[str]]) -> Mapping[str, list[str]]:
    parameters = macro.parameters or ()
    plain = parameters[:-1] if macro.is_variadic else parameters
    table = {name: arguments[at] if at < len(arguments) else [] for at, name in enumerate(plain)}
    if macro.is_variadic:
        rest: list[str] = []
        for at, argument in enumerate(arguments[len(plain) :]):
            rest += [*([","] if at else []), *argument]
        table["__VA_ARGS__"] = rest
    return table
