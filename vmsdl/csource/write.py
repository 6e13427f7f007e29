"""From facts of descriptions to syntax trees: what a person would write for this C.

Each C file with a section becomes one .vmsd file at the same place. A struct that other files embed
is in the file of the header that declares it (so PCIDevice is there once).
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import field

from vmsdl.csource import values as v
from vmsdl.csource.bodies import (
    Body,
    SentMember,
    StatePath,
    UnsentMember,
    is_bool_type,
    make_number,
    make_path,
    make_use,
)
from vmsdl.csource.c_types import find_first_members
from vmsdl.csource.codecs import find_usual, read_codec, read_own_codec
from vmsdl.csource.constants import evaluate
from vmsdl.csource.descriptions import (
    CField,
    CMemberPath,
    DescriptionFacts,
    Flag,
    find_elements,
    read_description,
)
from vmsdl.csource.functions import run_hook, run_predicate
from vmsdl.csource.hook_members import find_members
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.program import Program
from vmsdl.csource.properties import CProperty, Properties
from vmsdl.csource.sections import CSection, LeftOut
from vmsdl.csource.translate import Translator, UnsentSource, negate
from vmsdl.csource.unit import Unit
from vmsdl.qemu.identifiers import TYPE_WORDS, Names, make_identifier
from vmsdl.qemu.importing.tree_parts import (
    make_annotation,
    make_integer,
    make_name,
    make_subsection_name,
    make_text,
    make_wire_name,
)
from vmsdl.records import dataclass
from vmsdl.schema.scalars import SCALARS
from vmsdl.source import NOWHERE, Span
from vmsdl.syntax import tree

# The codec of a VMStateInfo, by the end of its name (migration/vmstate-types.c).
_INFO = "vmstate_info_"
_SCALARS = {
    "bool": "bool",
    "int8": "i8",
    "int16": "i16",
    "int32": "i32",
    "int64": "i64",
    "uint8": "u8",
    "uint16": "u16",
    "uint32": "u32",
    "uint64": "u64",
    "timer": "timer",
    "cpudouble": "f64",
    "uint8_equal": "u8",
    "uint16_equal": "u16",
    "uint32_equal": "u32",
    "uint64_equal": "u64",
    "int32_equal": "i32",
    "int32_le": "i32",
}
_LISTS = ("qtailq", "qlist")
_BUFFERS = ("buffer", "unused_buffer")


@dataclass(slots=True)
class FileParts:
    """One .vmsd file while it is made."""

    path: str
    imports: dict[str, None] = field(default_factory=dict)
    constants: dict[str, tree.ConstDecl] = field(default_factory=dict)
    structs: list[tree.DescriptionDecl] = field(default_factory=list)
    devices: list[tree.DescriptionDecl] = field(default_factory=list)


@dataclass(slots=True)
class Made:
    """All that was made: files by path, devices by the variable and file of their description."""

    files: dict[str, FileParts] = field(default_factory=dict)
    devices: dict[tuple[str, str], Body] = field(default_factory=dict)
    structs: dict[tuple[str, str], Body] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # the file of each of them
    order: dict[str, int] = field(default_factory=dict)  # of structs: inner ones first
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(slots=True)
class SchemaWriter:
    """Writes sections, one after the other; structs are written when they are first embedded."""

    program: Program
    properties: Properties
    place: Callable[[SourcePlace], Span] = lambda place: NOWHERE
    # Whether a codec at the end of a device has no length. In another tree something may follow it.
    has_open_ends: bool = True
    made: Made = field(default_factory=Made)
    names: Names = field(default_factory=lambda: Names(reserved=TYPE_WORDS))
    known: dict[tuple[str, int, str], DescriptionFacts] = field(default_factory=dict)

    # Descriptions ------------------------------------------------------------------------------

    def write_section(self, section: CSection) -> None:
        description = self._find_description(section.variable, section.unit)
        if description is None:
            self._leave_out(section.place, section.variable, "its description is in no file")
            return
        key = (description.variable, description.place.path)
        if key in self.made.devices:
            return
        body = Body(description, self._take_name(description), description.state)
        body.types = frozenset(section.type_names)
        body.is_device = True
        self.made.devices[key] = body
        self._fill(body)
        self.made.places[key] = _make_path(description.place.path)
        file = self._find_file(_make_path(description.place.path))
        file.devices.append(self._make_declaration("device", body, section))
        self._import_structs(file, body)

    def _find_description(self, variable: str, unit: Unit) -> DescriptionFacts | None:
        name, _, number = variable.partition("[")
        region = self.program.find_initializer("VMStateDescription", name, unit)
        if region is None:
            return None
        elements = find_elements(self.program, region)
        at = int(number.rstrip("]")) if number else 0
        if at >= len(elements):
            return None
        # Many files embed one struct: it is read once, by where it stands.
        key = (region.unit.path, region.start, variable)
        if key not in self.known:
            self.known[key] = read_description(self.program, variable, elements[at])
        return self.known[key]

    def _take_name(self, description: DescriptionFacts) -> str:
        short = description.variable.removeprefix("vmstate_").removeprefix("vmsd_")
        return self.names.take(description.name or short, make_identifier(short))

    def _find_struct(self, variable: str, unit: Unit, place: SourcePlace) -> Body | None:
        description = self._find_description(variable, unit)
        if description is None:
            self._leave_out(place, variable, "the description of a struct is in no file")
            return None
        key = (description.variable, description.place.path)
        body = self.made.structs.get(key)
        if body is not None:
            return body
        body = Body(description, self._take_name(description), description.state)
        self.made.structs[key] = body
        self._fill(body)
        self.made.places[key] = self._place_struct(description)
        file = self._find_file(self.made.places[key])
        self.made.order[body.identifier] = len(self.made.order)
        file.structs.append(self._make_declaration("struct", body, None))
        self._import_structs(file, body)
        return body

    def _place_struct(self, description: DescriptionFacts) -> str:
        """The file of the header that declares it; of its own C file where none does."""
        name = description.variable.partition("[")[0]
        header = self.program.find_extern(name)
        return _make_path(description.place.path if header is None else header)

    def _find_file(self, path: str) -> FileParts:
        return self.made.files.setdefault(path, FileParts(path))

    def _import_structs(self, file: FileParts, body: Body) -> None:
        for each in body.inners:
            self._import(file, self._place_struct(each.description))
        for path in body.constants:
            self._import(file, path)
        for subsection in body.subsections:
            self._import_structs(file, subsection)

    def _import(self, file: FileParts, path: str) -> None:
        if path != file.path:
            file.imports[path] = None

    def _make_declaration(
        self, keyword: str, body: Body, section: CSection | None
    ) -> tree.DescriptionDecl:
        description = body.description
        annotations = [make_annotation("source", description.place.path, description.place.line)]
        if section is not None:
            types = section.type_names
            if types != (description.name,):
                annotations.append(make_annotation("qom", *types))
        is_migrated = not description.is_unmigratable
        members: list[tree.Member] = [] if is_migrated else [tree.UnmigratableDecl()]
        members += [each.declaration for each in body.unsent.values()]
        members += body.hooks
        members += body.members
        members += [self._make_subsection(each) for each in body.subsections]
        return tree.DescriptionDecl(
            span=self.place(description.place),
            keyword=keyword,
            name=make_name(body.identifier),
            wire_name=make_wire_name(body.identifier, description.name),
            versions=_make_versions(description),
            # An embedded struct is written whether it is needed or not (vmstate_save_state_v).
            needed=body.needed if section is not None else None,
            members=tuple(members),
            annotations=tuple(annotations),
            doc=description.doc,
        )

    def _make_subsection(self, body: Body) -> tree.DescriptionDecl:
        assert body.owner is not None
        description = body.description
        usual = f"{body.owner.description.name}/{body.identifier}"
        annotations = [make_annotation("source", description.place.path, description.place.line)]
        if isinstance(body.needed, tree.ExternWord) and description.needed:
            annotations.append(make_annotation("c", description.needed))
        return tree.DescriptionDecl(
            span=self.place(description.place),
            keyword="subsection",
            name=make_name(body.identifier),
            wire_name=None if description.name == usual else make_text(description.name),
            versions=_make_versions(description),
            needed=body.needed or tree.BoolLiteral(value=True),
            members=(
                *body.hooks,
                *body.members,
                *(self._make_subsection(each) for each in body.subsections),
            ),
            annotations=tuple(annotations),
            doc=description.doc,
        )

    def _fill(self, body: Body) -> None:
        """Subsections' fields first: conditions of their owner may read them."""
        description = body.description
        for reason in description.reasons:
            self._leave_out(description.place, description.variable, reason)
        if body.owner is None:
            body.shadowing = set(self._list_inner_names(description))
        own_fields = [
            self._prepare_field(body, each, order) for order, each in enumerate(description.fields)
        ]
        for variable in description.subsections:
            inner = self._find_description(variable, description.unit)
            if inner is None:
                self._leave_out(description.place, variable, "a subsection is in no file")
                continue
            identifier, _ = make_subsection_name(body.names, description.name, inner.name)
            subsection = Body(inner, identifier, inner.state or body.state, owner=body)
            body.subsections.append(subsection)
        for subsection in body.subsections:
            self._fill(subsection)
        for order, prepared in enumerate(own_fields):
            body.limit = order
            body.members += self._finish_field(body, prepared)
        # A hook runs behind the subsections, a check before them: it may read the fields alone.
        body.limit = len(own_fields)
        for hook, function in description.hooks.items():
            self._add_hook(body, hook, function)
        body.limit = None
        if description.needed is not None:
            body.needed = self._translate_condition(body, description.needed, description.place)

    def _list_inner_names(self, description: DescriptionFacts) -> Iterator[str]:
        for variable in description.subsections:
            inner = self._find_description(variable, description.unit)
            if inner is not None:
                yield from (make_identifier(each.name) for each in inner.fields)
                yield from self._list_inner_names(inner)

    # Hooks -------------------------------------------------------------------------------------

    def _add_hook(self, body: Body, hook: str, function: str) -> None:
        """What a hook refuses is a check on load alone. Where it does more it stays a hook, with
        the members that it may change, where they are known."""
        description = body.description
        source = make_annotation("c", function)
        sets = None
        if hook in ("pre_load", "post_load"):
            effect = run_hook(self.program, function, description.unit, body.state)
            checks = self._translate_refusals(body, hook, function, effect)
            body.members += checks
            is_exact = effect.knows_refusals and len(checks) == len(effect.refusals)
            if checks and is_exact and effect.only_refuses:
                return
            # A hook that says what it sets refuses nothing else.
            sets = self._find_set_members(body, effect) if is_exact else None
        place = self.place(description.place)
        body.hooks.append(
            tree.HookDecl(span=place, hook=make_name(hook), sets=sets, annotations=(source,))
        )

    def _translate_refusals(
        self, body: Body, hook: str, function: str, effect: v.HookEffect
    ) -> list[tree.Member]:
        """The refusals that can be said; each of them holds by itself."""
        translator = self._make_translator(body)
        checks: list[tree.Member] = []
        for each in effect.refusals:
            if hook == "pre_load" and self._reads_sent(body, translator, each.condition):
                continue  # what is sent is not there yet
            try:
                condition = negate(translator.translate_truth(each.condition))
            except v.NotUnderstood:
                continue
            checks.append(
                tree.ValidateDecl(
                    span=self.place(each.place),
                    condition=condition,
                    on_load=tree.OnLoad(),
                    message=make_text(f"{function} refuses it"),
                    annotations=(make_annotation("c", function),),
                )
            )
        return checks

    def _reads_sent(self, body: Body, translator: Translator, value: v.Value) -> bool:
        places = (translator.locate(each) for each in v.list_paths(value))
        return any(any(find_members(body, path)) for path in places if path is not None)

    def _find_set_members(self, body: Body, effect: v.HookEffect) -> tree.Sets | None:
        """The members that a hook may change; None where it may change others too."""
        translator = self._make_translator(body)
        places: dict[tuple[str, ...], None] = {}
        for target in effect.changed or ():
            path = translator.locate(target)
            if path is None:
                return None
            places |= dict.fromkeys(find_members(body, path))
        if effect.changed is None or not places:
            return None
        return tree.Sets(
            places=tuple(
                tree.MemberPath(path=tuple(make_name(word) for word in path)) for path in places
            )
        )

    # Fields ------------------------------------------------------------------------------------

    def _prepare_field(self, body: Body, c_field: CField, order: int) -> "_Prepared":
        """Its name and the struct inside; so that every condition finds every member."""
        inner = None
        info = (c_field.info or "").removeprefix(_INFO)
        is_validation = Flag.MUST_EXIST in c_field.flags
        is_unused = info == "unused_buffer" and not c_field.test and not c_field.is_counted
        if c_field.description is not None and info != "gtree":
            inner = self._find_struct(c_field.description, body.description.unit, c_field.place)
        if inner is not None:
            body.inners.append(inner)
        name = "" if is_validation or is_unused else body.names.take(c_field.name)
        prepared = _Prepared(c_field, info, name, inner, is_validation, is_unused)
        path = self._find_path(body, c_field.member)
        if path is not None and name and info not in (*_LISTS, "gtree"):
            is_buffer = info in _BUFFERS
            is_array = Flag.ARRAY in c_field.flags or c_field.is_counted or is_buffer
            first = 0
            last = path[-1] if path else None
            if is_array and isinstance(last, int):
                path, first = path[:-1], last
            scalar = _SCALARS.get(info)
            body.sent.setdefault(path, []).append(
                SentMember(
                    name,
                    is_bool=scalar == "bool",
                    is_indexed=is_array,
                    is_number=scalar is not None or is_buffer or info == "bitmap",
                    inner=inner,
                    order=order,
                    first=first,
                    count=c_field.num if Flag.ARRAY in c_field.flags else None,
                ),
            )
        return prepared

    def _find_path(self, body: Body, member: CMemberPath | None) -> StatePath | None:
        if member is None:
            return None
        tokens = member.path
        indexes = (
            evaluate(self.program, tokens[at + 1 : tokens.index("]", at)], body.description.unit)
            for at, token in enumerate(tokens)
            if token == "[" and "]" in tokens[at:]
        )
        return make_path(tokens, iter(list(indexes)))

    def _finish_field(self, body: Body, prepared: "_Prepared") -> Iterator[tree.Member]:
        c_field = prepared.field
        if prepared.is_validation:
            condition = self._translate_condition(body, c_field.test or "", c_field.place)
            if isinstance(condition, tree.ExternWord):
                return
            yield tree.ValidateDecl(
                span=self.place(c_field.place),
                condition=condition,
                message=make_text(c_field.name),
            )
            return
        modifiers, annotations = self._make_presence(body, c_field)
        if prepared.is_unused:
            size = make_integer(c_field.size or 0)
            yield tree.UnusedDecl(
                span=self.place(c_field.place),
                length=size,
                modifiers=tuple(modifiers),
                annotations=tuple(annotations),
            )
            return
        try:
            type_, more, memory = self._make_type(body, prepared)
        except _Unknown as reason:
            self._leave_out(c_field.place, c_field.name, str(reason))
            length = self._make_open_length(body, c_field, prepared.name, None)
            lengths = () if length is None else (length,)
            type_, more, memory = tree.TypeExpr(element=tree.OpaqueType(), lengths=lengths), [], []
        more += self._make_bindings(body, prepared)
        yield tree.FieldDecl(
            span=self.place(c_field.place),
            name=make_name(prepared.name),
            wire_name=make_wire_name(prepared.name, c_field.name),
            type=type_,
            modifiers=(*modifiers, *more),
            annotations=(*annotations, *memory),
            doc=body.description.unit.comments.get(c_field.place.line - 1, ""),
        )

    def _make_bindings(self, body: Body, prepared: "_Prepared") -> list[tree.Modifier]:
        """What an embedded struct does not send, where fields of its owner before it do."""
        c_field, inner = prepared.field, prepared.inner
        start = self._find_path(body, c_field.member)
        is_alone = Flag.ARRAY not in c_field.flags and not c_field.is_counted
        if inner is None or start is None or not is_alone or prepared.info in (*_LISTS, "gtree"):
            return []
        bindings: list[tree.Binding] = []
        for each in inner.unsent.values():
            path = _find_in_owner(start, each)
            found = None if path is None else body.find(path)
            if found is None or found[1].is_indexed or found[1].is_bool != each.is_bool:
                continue
            if found[1].is_number:
                bindings.append(tree.Binding(name=make_name(each.name), value=found[0]))
        return [tree.With(bindings=tuple(bindings))] if bindings else []

    def _make_presence(
        self, body: Body, c_field: CField
    ) -> tuple[list[tree.Modifier], list[tree.AnnotationDecl]]:
        """A test replaces the gate of the version (vmstate_field_exists)."""
        if c_field.test is None:
            since = c_field.version
            return ([tree.Since(version=make_integer(since))] if since else []), []
        annotations = [make_annotation("version", c_field.version)] if c_field.version else []
        condition = self._translate_condition(body, c_field.test, c_field.place)
        if isinstance(condition, tree.ExternWord):
            annotations.append(make_annotation("c", c_field.test))
        return [tree.If(condition=condition)], annotations

    def _make_type(
        self, body: Body, prepared: "_Prepared"
    ) -> tuple[tree.TypeExpr, list[tree.Modifier], list[tree.AnnotationDecl]]:
        c_field, info = prepared.field, prepared.info
        modifiers: list[tree.Modifier] = []
        memory: list[tree.AnnotationDecl] = []
        lengths = self._make_lengths(body, prepared)
        element: tree.BaseType
        if info in _LISTS:
            element = tree.ListTypeExpr(element=_refer(prepared, c_field.version))
        elif info == "gtree":
            element = self._make_map(body, c_field)
        elif prepared.inner is not None:
            version = c_field.struct_version if Flag.VSTRUCT in c_field.flags else None
            element = _refer(prepared, version)
        elif info in _SCALARS:
            element = tree.BuiltinType(word=_SCALARS[info])
            modifiers += [tree.Equal()] if info.endswith("_equal") else []
            modifiers += [tree.Bounded()] if info == "int32_le" else []
            size = SCALARS[_SCALARS[info]].size
            if c_field.size is not None and c_field.size != size:
                memory.append(make_annotation("memory", c_field.size))
        elif info in _BUFFERS:
            lengths.append(self._make_byte_count(body, c_field))
            element = tree.BuiltinType(word="bytes")
            if c_field.byte_count is not None and c_field.size:
                memory.append(make_annotation("memory", c_field.size))
        elif info == "bitmap":
            lengths.append(self._use_count(body, c_field.byte_count, c_field.place))
            element = tree.BuiltinType(word="bitmap")
            if c_field.size:
                memory.append(make_annotation("memory", c_field.size))
        else:
            element, length = self._make_opaque(body, c_field, prepared.name)
            if length is not None:
                lengths.append(length)
            written = length.value if isinstance(length, tree.IntegerLiteral) else 0
            if c_field.has_size and c_field.size is not None and c_field.size != written:
                memory.append(make_annotation("memory", c_field.size))
        is_nullable = Flag.ARRAY_OF_POINTER in c_field.flags or Flag.AUTO_ALLOC in c_field.flags
        if Flag.AUTO_ALLOC in c_field.flags:
            modifiers.append(tree.Marked())
        return (
            tree.TypeExpr(
                element=element, nullable=is_nullable and bool(lengths), lengths=tuple(lengths)
            ),
            modifiers,
            memory,
        )

    def _make_lengths(self, body: Body, prepared: "_Prepared") -> list[tree.Expression]:
        c_field = prepared.field
        if Flag.ARRAY in c_field.flags:
            if c_field.num is None:
                raise _Unknown("its number of elements is not understood")
            return [make_integer(c_field.num)]
        if not c_field.is_counted:
            return []
        count = self._use_count(body, c_field.count, c_field.place)
        if Flag.MULTIPLY_ELEMENTS in c_field.flags:
            count = tree.BinaryExpr(operator="*", left=count, right=make_integer(c_field.num or 0))
        return [count]

    def _make_byte_count(self, body: Body, c_field: CField) -> tree.Expression:
        if c_field.byte_count is None:
            if c_field.size is None:
                raise _Unknown("its size is not understood")
            return make_integer(c_field.size)
        count = self._use_count(body, c_field.byte_count, c_field.place)
        if Flag.MULTIPLY in c_field.flags:
            return tree.BinaryExpr(operator="*", left=count, right=make_integer(c_field.size or 0))
        return count

    def _use_count(
        self, body: Body, member: CMemberPath | None, place: SourcePlace
    ) -> tree.Expression:
        """The member that holds a number of elements; a local where it is not sent."""
        path = self._find_path(body, member)
        if member is None or path is None:
            raise _Unknown("the member with its number of elements is not understood")
        found = body.find(path)
        if found is not None and found[1].is_number and not found[1].is_indexed:
            return found[0]
        type_ = v.CType((member.type or "int",))
        source = UnsentSource(f"{path} ", str(path[-1]), path)
        return make_use(self._declare(body.root, source, type_, False).name)

    def _make_map(self, body: Body, c_field: CField) -> tree.MapTypeExpr:
        """`.vmsd` is an array of the value's and the key's description; with a direct key (`start`
        is 0 or not there, migration/vmstate-types.c: get_gtree) of the value's alone."""
        variable = c_field.description or ""
        unit = body.description.unit
        has_key = c_field.has_start
        value = self._find_struct(f"{variable}[0]" if has_key else variable, unit, c_field.place)
        key = self._find_struct(f"{variable}[1]", unit, c_field.place) if has_key else None
        if value is None or (has_key and key is None):
            raise _Unknown("the description of a tree's elements is not understood")
        body.inners += [value] if key is None else [key, value]
        version = make_integer(c_field.version)
        return tree.MapTypeExpr(
            key=(
                tree.BuiltinType(word="u64")
                if key is None
                else tree.TypeRef(name=make_name(key.identifier), version=version)
            ),
            value=tree.TypeRef(name=make_name(value.identifier), version=version),
        )

    def _make_opaque(
        self, body: Body, c_field: CField, name: str
    ) -> tuple[tree.OpaqueType, tree.Expression | None]:
        """A codec of its own: its name, and its length. A length that is not constant is a local,
        but at the end of a device, where the section's end gives it."""
        unit = body.description.unit
        if c_field.codec:
            codec = read_own_codec(self.program, c_field.codec, unit, c_field.size, c_field.name)
        else:
            codec = read_codec(self.program, c_field.info or "", unit, c_field.size)
        element = tree.OpaqueType(codec=make_text(codec.name))
        if isinstance(codec.size, v.NumberValue):
            return element, make_integer(codec.size.value)
        return element, self._make_open_length(body, c_field, name, codec.size)

    def _make_open_length(
        self, body: Body, c_field: CField, name: str, size: v.Value | None
    ) -> tree.Expression | None:
        """A length that C does not say: a local, but at the end of a device."""
        is_last = c_field is body.description.fields[-1] and not body.description.subsections
        if is_last and body.is_device and self.has_open_ends:
            return None
        root = body.root
        local = root.take_unsent_name(f"{name}_length")
        root.unsent[f"::{local}"] = UnsentMember(
            local,
            False,
            tree.LocalDecl(
                name=make_name(local),
                # A length is never sent, so its width is free.
                type=tree.TypeExpr(element=tree.BuiltinType(word="u32")),
                default=make_integer(find_usual(size) or 0),
            ),
        )
        return make_use(local)

    # Conditions --------------------------------------------------------------------------------

    def _translate_condition(
        self, body: Body, function: str, place: SourcePlace
    ) -> tree.Expression | tree.ExternWord:
        """What a C function decides; `extern` where that cannot be said, with the reason."""
        try:
            value = run_predicate(self.program, function, body.description.unit, body.state)
            return self._make_translator(body).translate_truth(value)
        except v.NotUnderstood as reason:
            at = reason.place if reason.place.path else place
            self._leave_out(at, function, reason.reason)
            return tree.ExternWord()

    def _make_translator(self, body: Body) -> Translator:
        return Translator(
            body=body,
            declare=self._declare,
            find_base=lambda base: self._find_base(body, base),
            find_bit=self._find_bit,
            name_constant=lambda number: self._name_constant(body, number),
        )

    def _name_constant(self, body: Body, number: v.NumberValue) -> tree.Expression | None:
        """A constant that C names: it is declared in the file of what defines it."""
        if number.name is None or number.value < 0 or not number.name.isidentifier():
            return None
        unit = body.description.unit
        macro = self.program.find_macro(number.name, unit)
        constant = None if macro else self.program.find_constant(number.name, unit)
        if macro is not None:
            place = SourcePlace(macro.path, macro.line)
        elif constant is not None:
            place = SourcePlace(constant.unit.path, 0)
        else:
            return None
        file = self._find_file(_make_path(place.path))
        declared = file.constants.get(number.name)
        if declared is None:
            declared = tree.ConstDecl(
                span=self.place(place) if place.line else NOWHERE,
                name=make_name(self.names.take(number.name)),
                value=make_number(number.value),
                annotations=(
                    (make_annotation("source", place.path, place.line),)
                    if place.line
                    else (make_annotation("source", place.path),)
                ),
            )
            file.constants[number.name] = declared
        value = declared.value
        if not isinstance(value, tree.IntegerLiteral) or value.value != number.value:
            return None
        body.constants[file.path] = None
        return tree.NameUse(name=declared.name.text)

    def _find_base(self, body: Body, type_: str) -> tuple[StatePath, StatePath] | None:
        """The first members that lead from the state of a body to the struct, and the reverse."""
        unit = body.description.unit
        if body.state in (None, type_):
            return (), ()
        struct = self.program.find_struct(type_, unit)
        if struct is not None and struct is self.program.find_struct(body.state, unit):
            return (), ()  # a tag and a typedef
        inner = find_first_members(self.program, body.state, type_, unit)
        if inner is not None:
            return inner, ()
        outer = find_first_members(self.program, type_, body.state, unit)
        return None if outer is None else ((), outer)

    def _find_bit(self, body: Body, path: StatePath, bit: int) -> str | None:
        found = self._find_property(body, path, bit)
        return None if found is None else found.name

    def _declare(
        self, body: Body, source: UnsentSource, type_: v.CType | None, is_truth: bool
    ) -> UnsentMember:
        known = body.unsent.get(source.key)
        if known is not None:
            return known
        scalar = self._find_scalar(type_, is_truth, body)
        name = body.take_unsent_name(source.name)
        member = tree.TypeExpr(element=tree.BuiltinType(word=scalar))
        is_bool = scalar == "bool"
        declared = self._find_property(body, source.path, source.bit)
        declaration: tree.LocalDecl | tree.PropertyDecl
        if declared is not None:
            value = declared.default or 0
            default: tree.Expression = (
                tree.BoolLiteral(value=bool(value)) if is_bool else make_number(value)
            )
            declaration = tree.PropertyDecl(name=make_name(name), type=member, default=default)
        else:
            declaration = tree.LocalDecl(
                name=make_name(name),
                type=member,
                default=tree.BoolLiteral(value=False) if is_bool else make_number(0),
            )
        made = UnsentMember(name, is_bool, declaration, source.outer, declared, source.path)
        body.unsent[source.key] = made
        return made

    def _find_property(
        self, body: Body, path: StatePath | None, bit: int | None
    ) -> CProperty | None:
        """The property that sets this member of the state, or this bit of it."""
        known = (
            () if path is None else self.properties.find(body.state or "", tuple(map(str, path)))
        )
        return next((one for one in known if one.bit == bit), None)

    def _find_scalar(self, type_: v.CType | None, is_truth: bool, body: Body) -> str:
        if type_ is None or type_.pointers or not type_.words:
            return "bool" if is_truth else "i64"
        if is_bool_type(type_):
            return "bool"
        size = self.program.measure_type(type_.words, body.description.unit)
        is_signed = self.program.is_signed(type_.words, body.description.unit)
        if size not in (1, 2, 4, 8):
            return "bool" if is_truth else "i64"
        return f"{'i' if is_signed else 'u'}{size * 8}"

    def _leave_out(self, place: SourcePlace, what: str, reason: str) -> None:
        self.made.left_out.append(LeftOut(place, what, reason))


@dataclass(frozen=True, slots=True)
class _Prepared:
    field: CField
    info: str
    name: str
    inner: Body | None
    is_validation: bool
    is_unused: bool


class _Unknown(Exception):
    """Something of a field is not known, for the reason that the message gives."""


def _find_in_owner(start: StatePath, member: UnsentMember) -> StatePath | None:
    """Where the state of an owner, which has the struct at `start`, has the member's value."""
    if member.path is not None:
        return start + member.path
    if member.outer is None:
        return None
    _, steps, rest = member.outer
    if not steps or start[-len(steps) :] != steps:
        return None
    return start[: -len(steps)] + rest


def _refer(prepared: _Prepared, version: int | None) -> tree.TypeRef:
    if prepared.inner is None:
        raise _Unknown("the description of its elements is not understood")
    return tree.TypeRef(
        name=make_name(prepared.inner.identifier),
        version=None if version is None else make_integer(version),
    )


def _make_versions(description: DescriptionFacts) -> tree.Versions:
    version, minimum = description.version, description.minimum
    return tree.Versions(
        version=make_integer(version), minimum=None if minimum == version else make_integer(minimum)
    )


def _make_path(source: str) -> str:
    """`hw/net/rtl8139.c` is `hw/net/rtl8139.vmsd`; a header is `…_h.vmsd`."""
    stem, suffix = posixpath.splitext(source.removeprefix("include/"))
    stem = re.sub(r"[^A-Za-z0-9_/]", "_", stem)
    return f"{stem}_h.vmsd" if suffix == ".h" else f"{stem}.vmsd"
