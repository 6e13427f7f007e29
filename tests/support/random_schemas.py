"""Random valid schemas as text, so that the whole compiler is between them and a codec.

`schemas()` draws the files of one program: together they cover edition 1. What is drawn is valid by
construction: an expression reads only what stands before it, lengths come from small counts,
checks hold for zero, and no wire name begins another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]

WORDS = (
    # plain words, then Python's keywords and builtins, the generated interface, our own language
    *("count", "status", "regs", "data", "mode", "ctl", "addr", "x", "a1", "_b", "irq_level"),
    *("class", "from", "lambda", "None", "def", "return", "async", "match", "type", "del", "is"),
    *("int", "bytes", "list", "bool", "dict", "float", "str", "len", "min", "max", "any", "all"),
    *("object", "property", "super", "isinstance", "tuple", "range", "memoryview", "print"),
    *("NAME", "VERSION_ID", "MINIMUM_VERSION_ID", "TYPES", "MACHINES", "decode", "encode"),
    *("decode_from", "to_dict", "from_dict", "for_machine", "pre_load", "post_save", "self"),
    *("cls", "version_id", "base", "subsections", "offset", "owner", "values", "o", "s", "pos"),
    *("_layout", "__init__", "__slots__", "__class__", "__eq__", "__dict__", "struct", "array"),
    *("DecodeError", "Struct", "Any", "Self", "cast", "TYPE_CHECKING", "annotations", "n", "i"),
    *("local", "let", "device", "machine", "unused", "where", "since", "equal", "bounded"),
    *("flags", "enum", "needed", "version", "marked", "formerly", "blob", "bitmap", "opaque"),
    *("if", "then", "else", "and", "or", "not", "true", "false", "extern", "timer", "u8"),
)
RESERVED = ("if", "then", "else", "and", "or", "not", "true", "false", "extern", "version")
# No one of these begins another, so no description's look-ahead takes another's subsection.
OUTER = ("fifo", "node", "Chan", "ide_drive", "PCIDevice", "decode", "queue", "yield", "IdeDrive")
INNER = ("pio_state", "tray", "gesn", "error", "one", "del", "lambda", "NAME", "encode")
INTS = ("u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64")
DOCS = (
    "What it is.",
    'Quotes """ and \\ and \\N{DASH}.',
    "{{ braces }} {% raw %} #{x}",
    "é 漢 \u2028.",
)
MESSAGES = ("too many", 'a \\"quoted\\" rule', "{{ x }} {% y %} %s {0}", "back\\\\slash \\n", "'''")


@dataclass(frozen=True)
class Var:
    """Something that an expression may read. `kind` is a type, or what a type is good for."""

    name: str
    kind: str  # small, int, bool, f64, timer, bytes, bitmap, array, struct, enum, flags
    of: str = ""  # of an array: its element's kind; of an int: its type; else the definition's name
    length: int = 0  # of an array: how many elements there are at least


@dataclass
class Struct:
    """What an embedder has to know of a struct."""

    name: str
    version: int
    minimum: int
    takes: tuple[Var, ...]  # locals and properties that a `with` may give
    must: frozenset[str]  # those without a default
    shows: tuple[Var, ...]  # fields that the embedder may read
    is_gated: bool  # its bytes depend on its version


@dataclass
class Making:
    """The draw, and what is defined so far."""

    draw: Draw
    structs: list[Struct] = field(default_factory=list)
    enums: dict[str, list[str]] = field(default_factory=dict)
    flags: dict[str, list[str]] = field(default_factory=dict)
    consts: dict[str, int] = field(default_factory=dict)
    outer: list[str] = field(default_factory=lambda: list(OUTER))

    def pick(self, items: "list[T] | tuple[T, ...]") -> T:
        return items[self.number(0, len(items) - 1)]

    def number(self, low: int, high: int) -> int:
        value: int = self.draw(st.integers(low, high))
        return value

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent


@st.composite
def schemas(draw: Draw) -> dict[str, str]:
    """The files of a program by name; `case.vmsd` is the one to compile."""
    make = Making(draw)
    parts: list[str] = []
    for k in range(make.number(0, 2)):
        value = make.number(1, 6)
        make.consts[f"K{k}"] = value
        parts.append(f"const K{k} = {value};")
    for k in range(make.number(0, 2)):
        parts.append(enum(make, f"Mode{k}"))
    for _ in range(make.number(0, 3)):
        parts.append(struct(make))
    root = [device(make) for _ in range(make.number(1, 2))]
    if make.chance(30) and make.structs:
        return {
            "parts.vmsd": "\n".join(parts) + "\n",
            "case.vmsd": "\n".join(['import "parts.vmsd";', *root]) + "\n",
        }
    return {"case.vmsd": "\n".join([*parts, *root]) + "\n"}


def enum(make: Making, name: str) -> str:
    is_flags = make.chance(40)
    type_ = make.pick(INTS)
    members = ["stop", "class", "b_1", "name", "value", "len", "mro", "_x"][: make.number(1, 4)]
    if is_flags:
        values = [1 << k for k in range(len(members))]
        make.flags[name] = members
    else:
        low = -2 if type_[0] == "i" else 0
        values = [low + 3 * k + make.number(0, 2) for k in range(len(members))]
        make.enums[name] = members
    text = " ".join(f"{member} = {value};" for member, value in zip(members, values, strict=True))
    return f"{'flags' if is_flags else 'enum'} {name} : {type_} {{ {text} }}"


def versions(make: Making, top: int = 4) -> tuple[int, int, str]:
    if make.chance(40):
        return 1, 1, ""
    version = make.number(1, top)
    minimum = make.number(0 if top < 200 else 1, version)
    if make.chance(30):
        return version, version, f" version {version}"
    return version, minimum, f" version {version} minimum {minimum}"


def wire_name(make: Making, name: str) -> tuple[str, str]:
    """Its own name, or one with a blank, a path or letters of two bytes."""
    if make.chance(25):
        wire = make.pick((f"{name} x", f"{name}/é", f"{name}-{{}}"))
        return wire, f' as "{wire}"'
    return name, ""


def struct(make: Making) -> str:
    name = make.outer.pop(make.number(0, len(make.outer) - 1))
    wire, as_ = wire_name(make, name)
    version, minimum, words = versions(make)
    body = Body(make, "struct", name, wire, version, minimum, ())
    text = body.write()
    is_gated = " since " in text or "version " in text
    make.structs.append(
        Struct(
            name,
            version,
            minimum,
            tuple(body.takes),
            frozenset(body.must),
            tuple(body.vars),
            is_gated,
        )
    )
    return f"{body.doc()}struct {name}{as_}{words} {{\n{text}}}"


def device(make: Making) -> str:
    name = make.outer.pop(make.number(0, len(make.outer) - 1))
    wire, as_ = wire_name(make, name)
    version, minimum, words = versions(make)
    body = Body(make, "device", name, wire, version, minimum, ())
    text = body.write()
    machines = ""
    settable = [v for v in body.takes if v.name in body.properties and v.name not in RESERVED]
    if settable and make.chance(50):
        var = make.pick(settable)
        value = "true" if var.kind == "bool" else "2"
        machines = f'\nmachine "pc-{name}" {{ {name}.{var.name} = {value}; }}'
        if make.chance(50):
            machines += f'\nmachine "old {name}" extends "pc-{name}" {{ }}'
    return f"{body.doc()}device {name}{as_}{words} {{\n{text}}}{machines}"


class Body:
    """One device, struct or subsection in the making."""

    def __init__(
        self,
        make: Making,
        role: str,
        name: str,
        wire: str,
        version: int,
        minimum: int,
        outer: tuple[Var, ...],
        depth: int = 0,
    ) -> None:
        self.make = make
        self.role = role
        self.name = name
        self.wire = wire
        self.version = version
        self.minimum = minimum
        self.depth = depth
        count = make.number(1, 6 if depth == 0 else 3)
        names: list[str] = []
        for _ in range(count + 6):
            word = make.pick(WORDS)
            while word in names or word == name:
                word += "_" if make.chance(30) else "q"
            names.append(word)
        self.names = names
        self.subsection_names: list[str] = []
        if depth < 2:
            for _ in range(make.number(0, 2 if depth == 0 else 1)):
                word = make.pick([w for w in INNER if w not in self.subsection_names])
                if word not in names:
                    self.subsection_names.append(word)
        # An inner name hides an outer one, from the first line of the body to the last.
        taken = {*names, *self.subsection_names}
        self.outer = tuple(v for v in outer if v.name not in taken)
        self.has_version = "version" not in taken | {v.name for v in outer}
        self.count = count
        self.vars: list[Var] = []  # own fields, as they come
        self.settings: list[Var] = []
        self.takes: list[Var] = []
        self.must: set[str] = set()
        self.properties: set[str] = set()
        self.lets: list[Var] = []
        self.lines: list[str] = []
        self.in_quantifier = False

    # Text ------------------------------------------------------------------------------------

    def doc(self) -> str:
        return f"/// {self.make.pick(DOCS)}\n" if self.make.chance(15) else ""

    def add(self, line: str) -> None:
        pad = "    " * (self.depth + 1)
        doc = self.doc().strip()
        if doc:
            self.lines.append(pad + doc)
        self.lines.append(pad + line)

    def write(self) -> str:
        self.write_settings()
        if self.make.chance(10):
            self.add("hook post_load; hook pre_save;")
        if self.role == "struct" and self.subsection_names:
            # Else the next element's subsections could stand where this one's do.
            self.scalar_field(plain=True)
        for _ in range(self.count):
            self.member()
        if self.role == "struct" and not self.must and self.make.chance(12):
            key = self.make.pick(("list<", "map<u64, "))
            self.put(self.new_name(), f"{key}{self.name}>", Var("", "rows"))
        is_open = not self.subsection_names and self.role == "device"
        if is_open and self.make.chance(10):
            self.add(f'{self.new_name()}: opaque "rest";')
        self.subsections()
        return "".join(f"{line}\n" for line in self.lines)

    def new_name(self) -> str:
        return self.names.pop(0)

    # Members ---------------------------------------------------------------------------------

    def write_settings(self) -> None:
        make = self.make
        if self.role == "subsection":
            return
        for _ in range(make.number(0, 2) if make.chance(50) else 0):
            name = self.new_name()
            kind = make.pick(("small", "bool", "small"))
            type_ = "bool" if kind == "bool" else make.pick(("u8", "i32", "u16", "u64"))
            value = make.pick(("true", "false")) if kind == "bool" else str(make.number(0, 3))
            var = Var(name, kind, type_)
            if kind == "small" and make.chance(20):
                value += f" where {self.use(name)} <= {make.number(3, 9)}"
            if make.chance(40):
                self.add(f"property {name}: {type_} = {value};")
                self.properties.add(name)
            elif make.chance(60) or self.role == "device":
                self.add(f"local {name}: {type_} = {value};")
            else:
                self.add(f"local {name}: {type_};")
                self.must.add(name)
            self.settings.append(var)
            self.takes.append(var)

    def member(self) -> None:
        make = self.make
        what = make.number(0, 99)
        if what < 6:
            length = self.length() if make.chance(50) else str(make.number(1, 4))
            self.add(f"unused[{length}]{self.presence()};")
        elif what < 12 and self.own_ints():
            self.add(f'validate {self.check(make.pick(self.own_ints()))}, "{make.pick(MESSAGES)}";')
        elif what < 18 and (self.ints() or self.bools()):
            name = self.new_name()
            self.add(f"let {name} = {self.condition()};")
            self.lets.append(Var(name, "let"))
        else:
            self.field()

    def field(self) -> None:
        """One field of a random type, with what modifiers go with it."""
        make = self.make
        what = make.number(0, 99)
        if what < 14:
            self.count_field()
        elif what < 34:
            self.scalar_field()
        elif what < 42:
            self.enum_field()
        elif what < 55:
            self.buffer_field()
        elif what < 70:
            self.array_field()
        elif what < 90 and make.structs:
            self.struct_field()
        elif what < 95:
            name = self.new_name()
            self.put(name, f"bitmap[{self.pick_length(80)}]", Var(name, "bitmap"))
        else:
            name = self.new_name()
            self.put(name, "blob", Var(name, "bytes"))

    def put(self, name: str, type_: str, var: Var, modifiers: str = "") -> None:
        wire = f' as "env.{len(self.vars)}[0]"' if self.make.chance(5) else ""
        if " = " not in modifiers and self.make.chance(3):
            self.add(f"{name}{wire}: {type_} if extern{modifiers};")
            return  # nothing reads it: it may not be there
        self.add(f"{name}{wire}: {type_}{self.presence()}{modifiers};")
        self.vars.append(var)

    def count_field(self) -> None:
        """An integer that may be a length: bounded by a check, or by its type alone."""
        make = self.make
        name = self.new_name()
        type_ = make.pick(("u8", "u8", "u16", "u32", "i32", "u64", "i16"))
        check = make.number(0, 3)
        modifiers = ""
        if check and type_ in ("u32", "u64", "i32", "i16"):
            low = f"{self.use(name)} >= 0 and " if type_[0] == "i" else ""
            modifiers = f" where {low}{self.use(name)} <= {make.number(2, 9)}"
        elif check == 3:
            modifiers = f' where {self.use(name)} < 6, "{make.pick(MESSAGES)}"'
        if type_[0] == "i" and make.chance(15):
            modifiers = " bounded"
        self.put(name, type_, Var(name, "small", type_), modifiers)

    def scalar_field(self, *, plain: bool = False) -> None:
        make = self.make
        name = self.new_name()
        type_ = make.pick((*INTS, "bool", "timer", "f64", "bool"))
        kind = "int" if type_ in INTS else type_
        var = Var(name, kind, type_)
        if plain:
            self.add(f"{name}: {type_};")
            self.vars.append(var)
            return
        modifiers = ""
        if type_ in INTS and make.chance(8):
            modifiers += " equal"
        if kind in ("int", "timer", "bool") and make.chance(15):
            values = {"int": "1", "timer": make.pick(("0", "-1", "99")), "bool": "true"}
            modifiers += f" = {values[kind]}"
        elif kind == "int" and make.chance(25):
            modifiers += f" where {self.check(var)}"
            modifiers += " on load" if make.chance(20) else ""
            if make.chance(40):
                modifiers += f', "{make.pick(MESSAGES)}"'
        if make.chance(4):
            modifiers += " formerly old_name"
        self.put(name, type_, var, modifiers)

    def enum_field(self) -> None:
        make = self.make
        name = self.new_name()
        known = [*make.enums, *make.flags]
        if not known:
            return self.put(name, "bool", Var(name, "bool"))
        enum = make.pick(known)
        var = Var(name, "enum" if enum in make.enums else "flags", enum)
        members = (make.enums | make.flags)[enum]
        modifiers = f" = {enum}.{make.pick(members)}" if make.chance(15) else ""
        if make.chance(30):
            length, least = self.fixed_or_counted()
            return self.put(name, f"{enum}[{length}]", Var(name, "array", "other", least))
        return self.put(name, enum, var, modifiers)

    def buffer_field(self) -> None:
        make = self.make
        name = self.new_name()
        base = make.pick(("bytes", "u8", "opaque", 'opaque "pci config"'))
        length, least = self.fixed_or_counted()
        if make.chance(20):
            rows = make.number(1, 3)
            return self.put(name, f"{base}[{rows}][{length}]", Var(name, "rows"))
        var = Var(name, "bytes", "", least)
        modifiers = ""
        if make.chance(15):
            modifiers = f" where all(q_ in {self.use(name)}: q_ < {make.number(100, 250)})"
        return self.put(name, f"{base}[{length}]", var, modifiers)

    def array_field(self) -> None:
        make = self.make
        name = self.new_name()
        base = make.pick((*INTS[1:], "bool", "timer", "f64", "bitmap"))
        length, least = self.fixed_or_counted()
        if base == "bitmap":
            return self.put(name, f"bitmap[{length}][{self.pick_length(70)}]", Var(name, "rows"))
        if make.chance(20):
            marked = " marked" if make.chance(60) else ""
            return self.put(name, f"{base}?[{length}]", Var(name, "rows"), marked)
        if make.chance(20):
            return self.put(name, f"{base}[{make.number(1, 3)}][{length}]", Var(name, "rows"))
        element = "int" if base in INTS else "other"
        return self.put(name, f"{base}[{length}]", Var(name, "array", element, least))

    def struct_field(self) -> None:
        make = self.make
        name = self.new_name()
        of = make.pick(make.structs)
        versioned = ""
        if make.chance(25):
            versioned = f" version {make.number(of.minimum, of.version)}"
        shape = make.number(0, 9)
        if shape < 4:
            given = self.given(of, has_index=False)
            return self.put(name, of.name + versioned, Var(name, "struct", of.name), given)
        given = self.given(of, has_index=True)
        if shape < 6:
            length, _ = self.fixed_or_counted()
            suffix = make.pick((f"[{length}]", f"[{length}]", f"[2][{length}]", f"?[{length}]"))
            if suffix[0] == "?" and make.chance(30):
                there = make.pick(("index % 2 == 0", "index != 1", "not (index > 0)"))
                self.add(f"{name}: {of.name}{versioned}{suffix} if {there}{given};")
                return None
            marked = " marked" if suffix[0] == "?" and make.chance(60) else ""
            return self.put(name, of.name + versioned + suffix, Var(name, "rows"), marked + given)
        if of.is_gated:
            # Elements are saved at the struct's version: loaded at another, they are misread.
            versioned = ""
        if shape < 8:
            return self.put(name, f"list<{of.name}{versioned}>", Var(name, "rows"), given)
        key = "u64"
        plain = [s for s in make.structs if not s.takes]
        if plain and make.chance(40):
            key = make.pick(plain).name
        return self.put(name, f"map<{key}, {of.name}{versioned}>", Var(name, "map"), given)

    def given(self, of: Struct, *, has_index: bool) -> str:
        """Values for what the struct must be told, and for some of what it may be."""
        make = self.make
        bindings = []
        for var in of.takes:
            if var.name not in of.must and make.chance(50):
                continue
            if var.kind == "bool":
                value = self.condition() if self.bools() or self.ints() else "true"
            elif has_index and make.chance(40) and "index" not in self.all_names():
                value = make.pick(("index", "index + 1", "3 - min(index, 3)", "index & 1"))
            else:
                value = self.length()
            bindings.append(f"{var.name} = {value}")
        return " with " + ", ".join(bindings) if bindings else ""

    def subsections(self) -> None:
        make = self.make
        seen: list[Var] = []
        for name in self.subsection_names:
            wire, as_ = f"{self.wire}/{name}", ""
            if make.chance(30):
                wire = self.wire + make.pick((" ", "_", "/x/", "é")) + name
                as_ = f' as "{wire}"'
            version, minimum, words = versions(make, 255 if make.chance(10) else 4)
            outer = (*self.vars, *self.settings, *seen, *self.outer)
            inner = Body(
                make, "subsection", name, wire, version, minimum, outer, depth=self.depth + 1
            )
            text = inner.write()
            pad = "    " * (self.depth + 1)
            self.lines.append(
                f"{pad}subsection {name}{as_}{words} needed {inner.needed()} {{\n{text}{pad}}}"
            )
            seen.append(Var(name, "subsection", "", 0))

    def needed(self) -> str:
        make = self.make
        own = [v for v in self.vars if v.kind in ("int", "small", "bool", "timer")]
        if make.chance(8):
            return "extern"
        if make.chance(8):
            return "true"
        if own and make.chance(75):
            var = make.pick(own)
            text = self.truth(var)
            return f"{text} or {self.condition()}" if make.chance(25) else text
        if self.ints() or self.bools():
            return self.condition()
        return "true"

    # Expressions -----------------------------------------------------------------------------

    def all_names(self) -> set[str]:
        return {v.name for v in (*self.vars, *self.settings, *self.lets, *self.outer)} | {
            *self.names
        }

    def visible(self) -> list[Var]:
        return [*self.vars, *self.settings, *self.outer]

    def ints(self) -> list[Var]:
        return [v for v in self.visible() if v.kind in ("int", "small")]

    def own_ints(self) -> list[Var]:
        return [v for v in self.vars if v.kind in ("int", "small")]

    def bools(self) -> list[Var]:
        return [v for v in self.visible() if v.kind == "bool"] + self.lets

    def use(self, name: str) -> str:
        return f"self.{name}" if name in RESERVED else name

    def presence(self) -> str:
        text = ""
        make = self.make
        if self.version > self.minimum and make.chance(25):
            text += f" since {make.number(self.minimum + 1, self.version)}"
        if (self.ints() or self.bools()) and make.chance(20):
            text += f" if {self.condition()}"
        return text

    def pick_length(self, top: int) -> str:
        return str(self.make.number(1, top)) if self.make.chance(60) else self.length()

    def fixed_or_counted(self) -> tuple[str, int]:
        """A length, and how many elements there are at least."""
        make = self.make
        if make.chance(45):
            length = make.number(1, 5)
            return str(length), length
        if make.consts and make.chance(20):
            name = make.pick(list(make.consts))
            return name, make.consts[name]
        return self.length(), 0

    def length(self) -> str:
        """A small number made of counts, never negative where they are not."""
        make = self.make
        counts = [v for v in self.visible() if v.kind == "small"]
        if not counts:
            return str(make.number(0, 3))
        n = self.use(make.pick(counts).name)
        m = self.use(make.pick(counts).name)
        k = make.number(1, 3)
        forms = [n, n, n, f"{n} + {k}", f"min({n}, {k})", f"{n} * 2", f"({n} + 1) / 2", f"{n} % 3"]
        forms += [f"if {n} > {k} then {m} else {k}", f"max({n}, {m})", f"{n} & 3", f"{n} >> 1"]
        arrays = [v for v in self.visible() if v.kind in ("array", "bytes")]
        if arrays:
            forms.append(f"len({self.use(make.pick(arrays).name)})")
        return make.pick(forms)

    def truth(self, var: Var) -> str:
        make = self.make
        name = self.use(var.name)
        if var.kind in ("bool", "let"):
            return make.pick((name, f"not {name}", f"({name})"))
        if var.kind == "timer":
            return f"{name} >= 0"
        k = make.number(1, 100)
        forms = [f"{name} != 0", f"{name} > {k}", f"{name} & {1 << make.number(0, 6)} != 0"]
        forms += [f"{name} * 2 - {k} <= {k}", f"{name} ^ 5 != {k}", f"not ({name} == {k})"]
        return make.pick(forms)

    def condition(self, depth: int = 0) -> str:
        """A bool over what is visible."""
        make = self.make
        what = make.number(0, 99)
        if depth < 2 and what < 20:
            joint = make.pick(("and", "or"))
            return f"({self.condition(depth + 1)}) {joint} {self.condition(depth + 1)}"
        if what < 27 and self.has_version and (self.ints() or self.bools()):
            return f"version >= {make.number(1, 3)} or {self.truth(self.truthful())}"
        others = [
            v
            for v in self.visible()
            if v.kind in ("enum", "flags", "struct", "array", "bytes", "subsection", "bitmap")
        ]
        if others and what < 60:
            text = self.about(make.pick(others))
            if text:
                return text
        if not self.ints() and not self.bools():
            return "version >= 1" if self.has_version else "true"
        return self.truth(self.truthful())

    def truthful(self) -> Var:
        return self.make.pick([*self.ints(), *self.bools()])

    def about(self, var: Var) -> str:
        """A bool over something composed, or nothing."""
        make = self.make
        name = self.use(var.name)
        if var.kind == "enum":
            return f"{name} == {var.of}.{make.pick(make.enums[var.of])}"
        if var.kind == "flags":
            return f"{name} & {var.of}.{make.pick(make.flags[var.of])} != 0"
        if var.kind == "bitmap":
            word = make.pick(("any", "all"))
            forms = [f"len({name}) > {make.number(1, 9)}", f"{word}(q_ in {name}: q_)"]
            return make.pick([*forms, f"{word}(q_ in {name}: not q_)", f"{name} != 0"])
        if var.kind == "struct" and name != "self":  # `self.x` is a member of the body
            shows = next(s for s in make.structs if s.name == var.of).shows
            inner = [v for v in shows if v.kind in ("int", "small")]
            if not inner:
                return ""
            return f"{name}.{make.pick(inner).name} > {make.number(1, 100)}"
        if var.kind in ("array", "bytes"):
            if var.kind == "array" and var.of != "int":
                return f"len({name}) != {make.number(1, 4)}"
            if var.length and make.chance(60):
                return f"{name}[{make.number(0, var.length - 1)}] > {make.number(1, 99)}"
            word = make.pick(("any", "all"))
            return f"{word}(q_ in {name}: q_ != {make.number(1, 99)})"
        return ""

    def check(self, var: Var) -> str:
        """A rule over one integer that holds for zero."""
        make = self.make
        name = self.use(var.name)
        forms = [f"{name} <= {make.number(5, 100)}", f"{name} != {make.number(1, 100)}"]
        forms.append(f"{name} & {1 << make.number(0, 6)} == 0")
        peers = [v for v in self.vars if v.of == var.of and v.kind in ("int", "small")]
        if peers:
            peer = self.use(make.pick(peers).name)
            forms += [f"{name} <= {peer} or {name} < 50", f"{name} + {peer} < 100000"]
        return make.pick(forms)
