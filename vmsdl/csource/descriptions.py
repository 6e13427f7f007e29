"""From the initializer of a VMStateDescription to plain facts.

The macros of a tree are expanded by its own definitions, down to `.name`, `.info`, `.flags`,
`.size`, `.offset`: so no table of `VMSTATE_*` macros is needed, and a new macro works at once
(include/migration/vmstate.h). Each element of `.fields` is expanded by itself, so that a field
keeps the line of its macro.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum

from vmsdl.csource.brackets import (
    find_close,
    is_nothing,
    read_designators,
    split_list,
    split_ranges,
    strip_parentheses,
)
from vmsdl.csource.constants import evaluate
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.unit import Region, Unit
from vmsdl.records import dataclass


class Flag(Enum):
    """The flags of a field that change what it writes (enum VMStateFlags)."""

    POINTER = "VMS_POINTER"
    ARRAY = "VMS_ARRAY"
    STRUCT = "VMS_STRUCT"
    VARRAY_INT32 = "VMS_VARRAY_INT32"
    VARRAY_UINT8 = "VMS_VARRAY_UINT8"
    VARRAY_UINT16 = "VMS_VARRAY_UINT16"
    VARRAY_UINT32 = "VMS_VARRAY_UINT32"
    ARRAY_OF_POINTER = "VMS_ARRAY_OF_POINTER"
    AUTO_ALLOC = "VMS_ARRAY_OF_POINTER_AUTO_ALLOC"
    VBUFFER = "VMS_VBUFFER"
    MULTIPLY = "VMS_MULTIPLY"
    MULTIPLY_ELEMENTS = "VMS_MULTIPLY_ELEMENTS"
    MUST_EXIST = "VMS_MUST_EXIST"
    VSTRUCT = "VMS_VSTRUCT"


VARRAYS = (Flag.VARRAY_INT32, Flag.VARRAY_UINT8, Flag.VARRAY_UINT16, Flag.VARRAY_UINT32)
_FLAGS = {flag.value: flag for flag in Flag}
_HOOKS = ("pre_load", "post_load", "pre_save", "post_save")


@dataclass(frozen=True, slots=True)
class CMemberPath:
    """A member of the state: tokens of its path (`a`, `.`, `b`, `[`, `3`, `]`), its C type."""

    state: str | None
    path: tuple[str, ...]
    type: str | None = None


@dataclass(frozen=True, slots=True)
class CField:
    """A VMStateField. `size` and `num` are None where C gives none, or none that is constant."""

    place: SourcePlace
    name: str
    version: int
    test: str | None
    info: str | None
    flags: frozenset[Flag]
    description: str | None  # the variable of the VMStateDescription inside
    struct_version: int | None
    member: CMemberPath | None
    size: int | None
    has_size: bool
    num: int | None
    count: CMemberPath | None
    byte_count: CMemberPath | None
    has_start: bool
    codec: tuple[str, ...] = ()  # the facts of a VMStateInfo that stands in the field itself

    @property
    def is_counted(self) -> bool:
        return not self.flags.isdisjoint(VARRAYS)


@dataclass(frozen=True, slots=True)
class DescriptionFacts:
    """A VMStateDescription. `reasons` say what of it was not understood."""

    variable: str
    unit: Unit
    place: SourcePlace
    name: str
    version: int
    minimum: int
    fields: tuple[CField, ...]
    subsections: tuple[str, ...]
    needed: str | None
    hooks: Mapping[str, str]
    is_unmigratable: bool
    doc: str = ""
    reasons: tuple[str, ...] = field(default=())

    @property
    def state(self) -> str | None:
        """The C type that its functions get."""
        return next(
            (each.member.state for each in self.fields if each.member and each.member.state), None
        )


def read_description(program: Program, variable: str, region: Region) -> DescriptionFacts:
    """The facts of the description that `region`, between its braces, initializes."""
    reader = _DescriptionReader(program, region.unit)
    return reader.read_description(variable, region)


def find_elements(program: Program, region: Region) -> tuple[Region, ...]:
    """The regions of an array of descriptions; the region alone where it is no array.

    An element may be a macro.
    """
    tokens = region.unit.tokens
    if region.start < region.end and tokens[region.start].isidentifier():
        made = program.expand(region.tokens, region.unit)
        if made[:1] == ["{"]:
            region = _make_region(region.unit, made, region.line)
            tokens = region.unit.tokens
    if region.start >= region.end or tokens[region.start] != "{":
        return (region,)
    return tuple(
        Region(region.unit, begin + 1, find_close(tokens, begin, end))
        for begin, end in split_ranges(tokens, region.start, region.end)
        if tokens[begin] == "{"
    )


@dataclass(slots=True)
class _DescriptionReader:
    program: Program
    unit: Unit
    reasons: list[str] = field(default_factory=list)

    def read_description(self, variable: str, region: Region) -> DescriptionFacts:
        place = SourcePlace(self.unit.path, region.line)
        items = dict(self._find_items(region))
        fields = tuple(self._read_fields(items.get("fields"), place))
        needed = self._find_function(items, "needed")
        return DescriptionFacts(
            variable=variable,
            unit=self.unit,
            place=place,
            # QEMU prints the name of a description without one like this (dump_vmstate_vmsd).
            name=self.read_text(self._tokens(items.get("name"))) or "(null)",
            version=self._evaluate(self._tokens(items.get("version_id"))) or 0,
            minimum=self._evaluate(self._tokens(items.get("minimum_version_id"))) or 0,
            fields=fields,
            subsections=tuple(self._read_subsections(items.get("subsections"))),
            needed=needed,
            hooks={
                hook: function
                for hook in _HOOKS
                for function in (
                    self._find_function(items, hook),
                    self._find_function(items, f"{hook}_errp"),
                )
                if function is not None
            },
            is_unmigratable=bool(self._evaluate(self._tokens(items.get("unmigratable")))),
            doc=self.unit.comments.get(place.line - 1, ""),
            reasons=tuple(self.reasons),
        )

    def _find_items(self, region: Region) -> Iterator[tuple[str, Region]]:
        """`.name = value` of an initializer with their places; macros among them are expanded."""
        tokens = region.unit.tokens
        for begin, end in split_ranges(tokens, region.start, region.end):
            if tokens[begin] == "." and "=" in tokens[begin:end]:
                equals = tokens.index("=", begin, end)
                yield "".join(tokens[begin + 1 : equals]), Region(region.unit, equals + 1, end)
            elif begin < end:
                expanded = self.program.expand(tokens[begin:end], region.unit)
                if expanded[:1] == ["."]:
                    line = region.unit.lines[begin]
                    yield from self._find_items(_make_region(region.unit, expanded, line))

    def _tokens(self, region: Region | None) -> Sequence[str]:
        return () if region is None else self.program.expand(region.tokens, region.unit)

    def _evaluate(self, tokens: Sequence[str]) -> int | None:
        return evaluate(self.program, tokens, self.unit) if tokens else None

    def _find_function(self, items: Mapping[str, Region], name: str) -> str | None:
        tokens = self._tokens(items.get(name))
        return None if is_nothing(tokens) else strip_parentheses(tokens)[-1]

    def read_text(self, tokens: Sequence[str]) -> str:
        """The text of string literals side by side; what is else is kept as it is."""
        tokens = strip_parentheses(tokens)
        if tokens[:1] == ["stringify"]:
            return "".join(tokens[2:-1]).replace('"', "")
        return "".join(
            token[1:-1] if token.startswith('"') else token
            for token in self.program.expand(list(tokens), self.unit)
        )

    # Fields ------------------------------------------------------------------------------------

    def _read_fields(self, region: Region | None, place: SourcePlace) -> Iterator[CField]:
        if region is None or is_nothing(region.tokens):
            return
        tokens = region.unit.tokens
        brace = next((at for at in range(region.start, region.end) if tokens[at] == "{"), None)
        if brace is None:
            variable = strip_parentheses(self.program.expand(region.tokens, region.unit))
            array = (
                self.program.find_initializer("VMStateField", variable[0], self.unit)
                if len(variable) == 1
                else None
            )
            if array is None:
                self.reasons.append(f"fields are chosen when the program runs: {''.join(variable)}")
                yield self._keep_place(variable, place)
                return
            yield from self._read_elements(array)
        else:
            end = find_close(tokens, brace, region.end)
            yield from self._read_elements(Region(region.unit, brace + 1, end))

    def _read_elements(self, region: Region) -> Iterator[CField]:
        tokens = region.unit.tokens
        for begin, end in split_ranges(tokens, region.start, region.end):
            if begin == end:
                continue
            place = SourcePlace(region.unit.path, region.unit.lines[begin])
            for item in split_list(self.program.expand(tokens[begin:end], region.unit)):
                if item[:1] != ["{"]:
                    if item:
                        self.reasons.append(f"a field is not understood: {' '.join(item[:8])}")
                        yield self._keep_place(item, place)
                    continue
                facts = read_designators(item[1:-1])
                if "VMS_END" not in facts.get("flags", ()) and "name" in facts:
                    yield self._read_field(facts, place)

    def _keep_place(self, item: Sequence[str], place: SourcePlace) -> CField:
        """Of what is not understood a field without a size: a schema without it would be wrong."""
        arguments = split_list(item[2:-1]) if item[1:2] == ["("] else []
        name = next((each[0] for each in arguments if each and _is_word(each[0])), item[0])
        return self._read_field({"name": [f'"{name}"'], "info": [item[0]]}, place)

    def _read_field(self, facts: Mapping[str, Sequence[str]], place: SourcePlace) -> CField:
        test = strip_parentheses(facts.get("field_exists", ()))
        info = strip_parentheses(facts.get("info", ()))
        inner = strip_parentheses(facts.get("vmsd", ()))
        flags = frozenset(_FLAGS[word] for word in facts.get("flags", ()) if word in _FLAGS)
        size = facts.get("size", ())
        num = facts.get("num", ())
        # `.info = &(const VMStateInfo) { … }`
        codec = tuple(info[list(info).index("{") + 1 : -1]) if "{" in info else ()
        return CField(
            place=place,
            name=self.read_text(facts["name"]),
            version=self._evaluate(facts.get("version_id", ())) or 0,
            test=None if is_nothing(test) else " ".join(test),
            info=None if is_nothing(info) or codec else info[-1],
            flags=flags,
            description=None if is_nothing(inner) else "".join(inner),
            struct_version=self._evaluate(facts.get("struct_version_id", ())),
            member=read_member(facts.get("offset", ())),
            size=self._evaluate(size),
            has_size=bool(size),
            num=self._evaluate(num),
            count=read_member(facts.get("num_offset", ())),
            byte_count=read_member(facts.get("size_offset", ())),
            has_start=list(facts.get("start", ["0"])) != ["0"],
            codec=codec,
        )

    # Subsections -------------------------------------------------------------------------------

    def _read_subsections(self, region: Region | None) -> Iterator[str]:
        tokens = self._tokens(region)
        if is_nothing(tokens):
            return
        if "{" not in tokens:
            variable = strip_parentheses(tokens)[-1]
            self.reasons.append(f"subsections are chosen when the program runs: {variable}")
            return
        brace = list(tokens).index("{")
        for item in split_list(tokens[brace + 1 : find_close(tokens, brace)]):
            if not is_nothing(item):
                yield "".join(strip_parentheses(item))


def read_member(tokens: Sequence[str]) -> CMemberPath | None:
    """The member of an `offsetof` or `vmstate_offset_…` expression, or of a sum with one."""
    tokens = strip_parentheses(tokens)
    if not tokens or not tokens[0].startswith(("offsetof", "vmstate_offset")):
        return None
    arguments = split_list(tokens[2 : find_close(tokens, 1)])
    if len(arguments) < 2:
        return None
    path = tuple(arguments[1])
    if tokens[0] == "vmstate_offset_sub_array" and len(arguments) > 3:
        path += ("[", *arguments[3], "]")
    type_ = [word for word in arguments[2] if _is_word(word)] if len(arguments) > 2 else []
    return CMemberPath(_find_state(arguments[0]), path, type_[-1] if type_ else None)


def _find_state(tokens: Sequence[str]) -> str | None:
    others = ("struct", "sizeof", "const")
    names = [word for word in tokens if _is_word(word) and word not in others]
    return names[-1] if names else None


def _is_word(token: str) -> bool:
    return token.isidentifier()


def _make_region(unit: Unit, tokens: Sequence[str], line: int) -> Region:
    """Tokens that a macro made, as a region of a unit of their own with the macro's line."""
    made = unit.with_tokens(tokens, line)
    return Region(made, 0, len(made.tokens))
