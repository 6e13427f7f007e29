"""What a file declares at its outermost level: functions, types, constants, initializers."""

from collections.abc import Callable
from dataclasses import field

from vmsdl.csource.brackets import find_close, match_brackets
from vmsdl.csource.lexer import is_name
from vmsdl.csource.unit import Region, Unit
from vmsdl.records import dataclass

INITIALIZED = frozenset(
    ["VMStateDescription", "VMStateField", "VMStateInfo", "TypeInfo", "Property", "GlobalProperty"]
)
_NO_NAMES = frozenset(
    [
        "if",
        "for",
        "while",
        "switch",
        "return",
        "sizeof",
        "else",
        "do",
        "typeof",
        "__attribute__",
        "QEMU_PACKED",
        "defined",
    ]
)
_STORAGE = frozenset(["static", "extern", "const", "volatile", "inline", "typedef"])

# Expands a call of a macro that declares something; None where the token is no such macro.
ExpandMaker = Callable[[Unit, int, int], list[str] | None]


@dataclass(frozen=True, slots=True)
class FunctionPlace:
    result: tuple[str, ...]  # the tokens before the name
    parameters: Region
    body: Region
    is_static: bool


@dataclass(frozen=True, slots=True)
class EnumConstant:
    """`offset` after the value of `base`; after 0 where there is no base."""

    unit: Unit
    base: tuple[str, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class StructPlace:
    body: Region
    is_union: bool
    is_packed: bool


@dataclass(slots=True)
class Declarations:
    functions: dict[str, FunctionPlace] = field(default_factory=dict)
    structs: dict[str, StructPlace] = field(default_factory=dict)  # by tag, and by typedef
    enums: dict[str, int] = field(default_factory=dict)  # sizes, by tags and typedefs
    constants: dict[str, EnumConstant] = field(default_factory=dict)
    typedefs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    initializers: dict[str, dict[str, Region]] = field(default_factory=dict)
    externs: dict[str, None] = field(default_factory=dict)  # VMStateDescriptions


def read_declarations(unit: Unit, expand_maker: ExpandMaker) -> Declarations:
    found = Declarations()
    _DeclarationReader(unit, found, expand_maker).read()
    return found


class _DeclarationReader:
    def __init__(self, unit: Unit, found: Declarations, expand_maker: ExpandMaker | None) -> None:
        self.unit = unit
        self.tokens = unit.tokens
        self.found = found
        self.expand_maker = expand_maker
        self.partners = match_brackets(unit.tokens)

    def close(self, at: int) -> int:
        """Where a bracket is closed: behind the last token where it never is."""
        return self.partners.get(at, len(self.tokens))

    def read(self) -> None:
        tokens = self.tokens
        at = 0
        start = 0  # of the declaration
        last = len(tokens)
        while at < last:
            token = tokens[at]
            if token == ";":
                self._read_plain(start, at)
                at += 1
                start = at
            elif token == "{":
                end = self.close(at)
                if without_attributes(tokens[start:at])[-1:] == [")"]:
                    self._read_function(start, at, end)
                    at = start = end + 1
                elif tokens[start] == "extern" and at == start + 2:  # extern "C" {
                    at = start = at + 1
                else:
                    self._read_body(start, at, end)
                    at = end + 1
                    if tokens[start] not in ("typedef", "struct", "union", "enum", "static"):
                        following = tokens[at : at + 1]
                        if following not in ([";"], [","], ["QEMU_PACKED"]) and not (
                            following and is_name(following[0])
                        ):
                            start = at
            elif token == "(":
                end = self.close(at)
                if at == start + 1 and tokens[end + 1 : end + 2] != ["{"]:
                    start = self._read_call(start, at, end)
                    at = start
                else:
                    at = end + 1
            else:
                at += 1

    def _read_call(self, start: int, at: int, end: int) -> int:
        """A macro at the outermost level: what it declares is read. Where the next one begins."""
        made = self.expand_maker(self.unit, start, end + 1) if self.expand_maker else None
        if made is not None:
            inner = self.unit.with_tokens([*made, ";"], self.unit.lines[start])
            _DeclarationReader(inner, self.found, None).read()
        return end + 2 if self.tokens[end + 1 : end + 2] == [";"] else end + 1

    def _read_function(self, start: int, at: int, end: int) -> None:
        tokens = self.tokens
        opening = self.partners.get(at - 1)
        if opening is None or opening == start:
            return
        name = tokens[opening - 1]
        if not is_name(name) or name in _NO_NAMES:
            # `int coroutine_fn (*f)(void)`, or attributes behind the parameters
            return
        self.found.functions.setdefault(
            name,
            FunctionPlace(
                tuple(tokens[start : opening - 1]),
                Region(self.unit, opening + 1, at - 1),
                Region(self.unit, at + 1, end),
                "static" in tokens[start:opening],
            ),
        )

    def _read_body(self, start: int, at: int, end: int) -> None:
        """A struct, union or enum, or the initializer of a variable."""
        tokens = self.tokens
        head = tokens[start:at]
        if "=" in head:
            self._read_initializer(start, at, end)
            return
        kind = next((word for word in head if word in ("struct", "union", "enum")), None)
        if kind is None:
            return
        place = head.index(kind)
        tags = [
            word
            for word in without_attributes(head[place + 1 :])
            if is_name(word) and word != "QEMU_PACKED"
        ]
        names = tags[:1]
        after = end + 1
        while after < len(tokens) and tokens[after] not in ";={":
            word = tokens[after]
            if word in "([":
                after = self.close(after)
            elif is_name(word) and word not in ("QEMU_PACKED", "__attribute__"):
                names.append(word)
            after += 1
        if kind == "enum":
            for name in names:
                self.found.enums[name] = 1 if "packed" in head or "__packed__" in head else 4
            self._read_enum(at + 1, end)
            return
        is_packed = "QEMU_PACKED" in head or "QEMU_PACKED" in tokens[end + 1 : after]
        is_packed = is_packed or "packed" in tokens[end + 1 : after]
        body = StructPlace(Region(self.unit, at + 1, end), kind == "union", is_packed)
        # A variable has a struct too, and no type of its name: harmless, its name is no type's.
        for name in names or [""]:
            self.found.structs.setdefault(name, body)
        self._read_inner(at + 1, end)

    def _read_inner(self, start: int, end: int) -> None:
        """Enums and structs with tags that are declared within a struct are seen outside of it."""
        tokens = self.tokens
        for at in range(start, end):
            if tokens[at] == "{" and tokens[at - 2] in ("struct", "union", "enum"):
                close = self.close(at)
                if tokens[at - 2] == "enum":
                    self.found.enums[tokens[at - 1]] = 4
                    self._read_enum(at + 1, close)
                else:
                    body = Region(self.unit, at + 1, close)
                    is_union = tokens[at - 2] == "union"
                    self.found.structs.setdefault(
                        tokens[at - 1], StructPlace(body, is_union, False)
                    )
            elif tokens[at] == "{" and tokens[at - 1] == "enum":
                self._read_enum(at + 1, self.close(at))

    def _read_enum(self, start: int, end: int) -> None:
        tokens = self.tokens
        base: tuple[str, ...] = ()
        offset = 0
        at = start
        while at < end:
            stop = at
            while stop < end and tokens[stop] != ",":
                stop = self.close(stop) + 1 if tokens[stop] in "([{" else stop + 1
            item = tokens[at:stop]
            if item and is_name(item[0]):
                if item[1:2] == ["="]:
                    base, offset = tuple(item[2:]), 0
                self.found.constants.setdefault(item[0], EnumConstant(self.unit, base, offset))
                offset += 1
            at = stop + 1

    def _read_initializer(self, start: int, at: int, end: int) -> None:
        tokens = self.tokens
        equals = tokens.index("=", start, at)
        words = [each for each in tokens[start:equals] if is_name(each)]
        type_ = next((word for word in words if word in INITIALIZED), None)
        if type_ is None or words[-1] == type_:
            return
        name = tokens[start:equals]
        variable = name[name.index(type_) + 1] if type_ in name[:-1] else words[-1]
        table = self.found.initializers.setdefault(type_, {})
        if not table.get(variable):
            table[variable] = Region(self.unit, at + 1, end)

    def _read_made_typedef(self, start: int, end: int) -> bool:
        """`typedef QLIST_HEAD(, BusState) BusStateHead;`"""
        if self.expand_maker is None:
            return False
        call = self.tokens.index("(", start, end) - 1
        made = self.expand_maker(self.unit, call, end)
        if made is None:
            return False
        text = [*self.tokens[start:call], *made, ";"]
        _DeclarationReader(
            self.unit.with_tokens(text, self.unit.lines[start]), self.found, None
        ).read()
        return True

    def _read_plain(self, start: int, end: int) -> None:
        """`typedef struct A B;`, `typedef uint64_t hwaddr;`, `extern VMStateDescription x;`"""
        tokens = without_attributes(self.tokens[start:end])
        if "VMStateDescription" in tokens[:-1] and "=" not in tokens and "(" not in tokens:
            name = tokens[tokens.index("VMStateDescription") + 1]
            if is_name(name):
                self.found.externs[name] = None
                if not {"extern", "typedef", "*"} & set(tokens):
                    # Without an initializer, all is 0: a stub's.
                    table = self.found.initializers.setdefault("VMStateDescription", {})
                    table.setdefault(name, Region(self.unit, end, end))
        if tokens[:1] != ["typedef"] or "{" in tokens or len(tokens) < 3:
            return
        if "(" in tokens:
            if self._read_made_typedef(start, end):
                return
            pointer = next(
                (i for i, x in enumerate(tokens[:-2]) if x == "(" and tokens[i + 1] == "*"), None
            )
            if pointer is not None and is_name(tokens[pointer + 2]):
                self.found.typedefs.setdefault(tokens[pointer + 2], ("void", "*"))
            else:  # a type of functions
                named = tokens.index("(") - 1
                if is_name(tokens[named]):
                    self.found.typedefs.setdefault(tokens[named], ("void",))
            return
        last = len(tokens)
        while last and tokens[last - 1] == "]":
            last = len(tokens) - 1 - tokens[::-1].index("[")
        name = tokens[last - 1]
        meaning = [word for word in tokens[1 : last - 1] if word not in _STORAGE]
        if is_name(name) and meaning:
            self.found.typedefs.setdefault(name, (*meaning, *tokens[last:]))


def without_attributes(tokens: list[str]) -> list[str]:
    """Without `__attribute__((…))`."""
    while "__attribute__" in tokens:
        at = tokens.index("__attribute__")
        after = find_close(tokens, at + 1) + 1 if tokens[at + 1 : at + 2] == ["("] else at + 1
        tokens = tokens[:at] + tokens[after:]
    return tokens
