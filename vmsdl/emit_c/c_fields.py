"""From a field to its line of `.fields`, by the macros of QEMU's include/migration/vmstate.h."""

from collections.abc import Callable
from typing import assert_never

from vmsdl.emit_c.bodies import ALLOC, INLINE, POINTER, CBody, find_storage
from vmsdl.emit_c.c_annotations import read_c, read_word
from vmsdl.emit_c.c_expressions import CWriter
from vmsdl.emit_c.c_names import find_member_path, to_snake
from vmsdl.emit_c.c_types import INT, find_c_scalar, find_info, find_row
from vmsdl.emit_c.entries import NULL, Entry, Gate, InitializerEntry, MacroEntry
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Binary, Expr, Let, Member, Operator, Select
from vmsdl.records import dataclass
from vmsdl.schema.description import Field, Unused
from vmsdl.schema.scalars import ScalarRow
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)

_EQUAL = ("u8", "u16", "i32", "u32", "u64")
_EQUAL_V = ("u16", "u32", "u64")
_2D = ("u8", "u16", "u32", "u64")
_VARRAY = {
    "u8": "VMS_VARRAY_UINT8",
    "u16": "VMS_VARRAY_UINT16",
    "i32": "VMS_VARRAY_INT32",
    "u32": "VMS_VARRAY_UINT32",
}


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements: a constant, or a member of the C struct that holds the number."""

    text: str  # the constant, or the path of the member
    row: ScalarRow | None = None  # of the member
    factor: str = ""  # what the member is multiplied by


@dataclass(frozen=True, slots=True)
class ElementFacts:
    """What a `VMStateField` says of one element: how it is sent, and its type in C."""

    info: str  # of a scalar; empty for a struct
    vmsd: str  # of a struct
    c_type: str
    version: int | None = None  # `struct version N`


@dataclass(frozen=True, slots=True)
class FieldWriter:
    """Writes the fields of one description. `find_gate` gives their tests names."""

    body: CBody
    find_gate: Callable[[Field | Unused], Gate]
    name_pair: Callable[[Field, MapType], str]  # the array with the descriptions of a map

    @property
    def state(self) -> str:
        return self.body.c_type

    def write_unused(self, step: Unused) -> Entry:
        gate = self.find_gate(step)
        count = self.find_count(step.length)
        if count.row is None:
            return gate.choose_unused(count.text)
        if count.row.name != "u32" or count.factor:
            raise NotInC(step.span, "QEMU takes the number of unused bytes from a uint32 alone")
        arguments = (self.state, gate.test, gate.version, count.text, "1")
        return MacroEntry("VMSTATE_UNUSED_VARRAY_UINT32", arguments)

    def write(self, step: Field) -> Entry:
        gate = self.find_gate(step)
        path = find_member_path(step)
        if step.equal or step.bounded:
            return self._write_compared(step, path, gate)
        match step.type:
            case Scalar() | EnumType():
                return self._write_scalar(step, path, gate)
            case Bytes(length=length):
                return self._write_bytes(step, path, gate, length)
            case Bitmap(bits=bits):
                return self._write_bitmap(step, path, gate, bits)
            case Blob():
                return self._write_blob(step, path, gate)
            case Opaque():
                return self._write_opaque(step, path, gate, step.type)
            case StructType():
                return self._write_struct(step, path, gate, step.type)
            case ListType():
                return self._write_list(step, path, gate, step.type)
            case MapType():
                return self._write_map(step, path, gate, step.type)
            case Array():
                return self._write_array(step, path, gate, step.type)
            case _:
                assert_never(step.type)

    # Single values -----------------------------------------------------------------------------

    def _write_compared(self, step: Field, path: str, gate: Gate) -> Entry:
        if not isinstance(step.type, Scalar | EnumType):
            raise NotInC(step.span, "QEMU compares single integers with its own alone")
        row = find_row(step.type, self.body.schema, step.span)
        c_type, given = find_c_scalar(row), (path, self.state)
        if step.bounded:
            if row.name != "i32":
                raise NotInC(step.span, "QEMU bounds an int32 alone", "declare it as an i32")
            if gate == Gate():
                return MacroEntry("VMSTATE_INT32_POSITIVE_LE", given)
            info = "vmstate_info_int32_le"
            return _single(gate, given, info, c_type)
        if row.name not in _EQUAL:
            known = ", ".join(_EQUAL)
            raise NotInC(step.span, f"QEMU compares no `{row.name}` with its own, only {known}")
        name = f"VMSTATE_{row.qemu_name.upper()}_EQUAL"
        if gate == Gate():
            return MacroEntry(name, (*given, NULL))
        if gate.test == NULL and row.name in _EQUAL_V:
            return MacroEntry(f"{name}_V", (*given, str(gate.since), NULL))
        info = f"{find_info(row)}_equal"
        arguments = (*given, gate.test, gate.version, info, c_type, NULL)
        return MacroEntry("VMSTATE_SINGLE_FULL", arguments)

    def _write_scalar(self, step: Field, path: str, gate: Gate) -> Entry:
        row = find_row(step.type, self.body.schema, step.span)
        storage = find_storage(step)
        if row.is_timer:
            name = "VMSTATE_TIMER" if storage == INLINE else "VMSTATE_TIMER_PTR"
            return gate.choose(name, path, self.state)
        if storage != INLINE:
            raise NotInC(step.span, "VMState has no macro for a pointer to one value")
        if row.is_float:
            return _single(gate, (path, self.state), find_info(row), find_c_scalar(row))
        return gate.choose(f"VMSTATE_{row.qemu_name.upper()}", path, self.state)

    def _write_bytes(self, step: Field, path: str, gate: Gate, length: Expr) -> Entry:
        count, storage = self.find_count(length), find_storage(step)
        if count.row is None:
            given_start = read_c(step).get("start", 0)
            start = given_start if isinstance(given_start, int) else 0
            if storage != INLINE:
                if gate.test != NULL:
                    raise NotInC(step.span, "QEMU has no test for a buffer behind a pointer")
                arguments = (path, self.state, gate.version, count.text)
                return MacroEntry("VMSTATE_BUFFER_POINTER_UNSAFE", arguments)
            if gate == Gate() and not start:
                return MacroEntry("VMSTATE_PARTIAL_BUFFER", (path, self.state, count.text))
            end = f"{start} + {count.text}" if start else count.text
            fixed = (path, self.state, gate.version, gate.test, str(start), end)
            return MacroEntry("VMSTATE_STATIC_BUFFER", fixed)
        if storage == INLINE or count.row.name not in ("i32", "u32"):
            return self._write_counted(step, path, gate, count, self._scalar_facts("u8"))
        given = (path, self.state, gate.version, gate.test, count.text)
        if count.factor:
            if count.row.name != "u32":
                raise NotInC(step.span, "QEMU multiplies a uint32 alone")
            return MacroEntry("VMSTATE_VBUFFER_MULTIPLY", (*given, count.factor))
        if storage == ALLOC and count.row.name != "u32":
            raise NotInC(step.span, "QEMU allocates a buffer by a uint32 alone")
        suffix = "_ALLOC" if storage == ALLOC else ""
        unsigned = "_UINT32" if count.row.name == "u32" else ""
        return MacroEntry(f"VMSTATE_VBUFFER{suffix}{unsigned}", given)

    def _write_bitmap(self, step: Field, path: str, gate: Gate, bits: Expr) -> Entry:
        count, storage = self.find_count(bits), find_storage(step)
        if count.row is not None:
            if count.row.name != "i32" or count.factor or storage == INLINE:
                message = "QEMU takes the number of bits of a bitmap behind a pointer from an int32"
                raise NotInC(step.span, message, "declare the number as an i32")
            if gate.test != NULL:
                arguments = (path, self.state, gate.test, "0", count.text)
                return MacroEntry("VMSTATE_BITMAP_TEST", arguments)
            return MacroEntry("VMSTATE_BITMAP", (path, self.state, gate.version, count.text))
        # A size that no member gives is the number of bits, too: see vmstate_size().
        return InitializerEntry(
            (
                ("name", f'"{path}"'),
                ("version_id", gate.version),
                ("field_exists", gate.test),
                ("size", count.text),
                ("info", "&vmstate_info_bitmap"),
                ("flags", "VMS_SINGLE" if storage == INLINE else "VMS_SINGLE | VMS_POINTER"),
                ("offset", f"offsetof({self.state}, {path})"),
            )
        )

    def _write_blob(self, step: Field, path: str, gate: Gate) -> Entry:
        given = read_c(step)
        if "info" not in given:
            help = 'name the VMStateInfo that sends it: `@c("info", "vmstate_info_…")`'
            raise NotInC(step.span, "VMState has no macro for a blob", help)
        return _single(gate, (path, self.state), str(given["info"]), "GByteArray *")

    def _write_opaque(self, step: Field, path: str, gate: Gate, type_: Opaque) -> Entry:
        length = None if type_.length is None else fold_constant(type_.length)
        # The info knows the length that is not constant.
        tail = (gate.version, find_codec_info(step, type_), "0" if length is None else str(length))
        if gate.test != NULL:
            arguments = (path, self.state, gate.test, *tail)
            return MacroEntry("VMSTATE_BUFFER_UNSAFE_INFO_TEST", arguments)
        return MacroEntry("VMSTATE_BUFFER_UNSAFE_INFO", (path, self.state, *tail))

    def _write_struct(self, step: Field, path: str, gate: Gate, type_: StructType) -> Entry:
        facts, given = self._struct_facts(type_), (path, self.state)
        storage = find_storage(step)
        if type_.version is not None:
            if storage != INLINE:
                raise NotInC(step.span, "VMState has no macro for a version behind a pointer")
            versioned = (facts.vmsd, facts.c_type, str(type_.version))
            if gate.test != NULL:
                arguments = (*given, gate.test, "0", *versioned)
                return MacroEntry("VMSTATE_VSTRUCT_TEST", arguments)
            if gate.since:
                return MacroEntry("VMSTATE_VSTRUCT_V", (*given, gate.version, *versioned))
            return MacroEntry("VMSTATE_VSTRUCT", (*given, *versioned))
        tail = (facts.vmsd, facts.c_type)
        if storage != INLINE:
            if gate.test != NULL:
                return MacroEntry("VMSTATE_STRUCT_POINTER_TEST", (*given, gate.test, *tail))
            if gate.since:
                return MacroEntry("VMSTATE_STRUCT_POINTER_V", (*given, gate.version, *tail))
            return MacroEntry("VMSTATE_STRUCT_POINTER", (*given, *tail))
        if gate.test != NULL:
            return MacroEntry("VMSTATE_STRUCT_TEST", (*given, gate.test, "0", *tail))
        return MacroEntry("VMSTATE_STRUCT", (*given, gate.version, *tail))

    # Lists and trees ---------------------------------------------------------------------------

    def _write_list(self, step: Field, path: str, gate: Gate, type_: ListType) -> Entry:
        facts = self._struct_facts(type_.element)
        next_ = str(read_c(step).get("next", "next"))
        kind = read_word(step, "list", ("QTAILQ", "QLIST"))
        version = self._find_element_version(type_.element)
        given = (path, self.state, str(version), facts.vmsd, facts.c_type, next_)
        if self._is_gated_by(gate, version):
            return MacroEntry(f"VMSTATE_{kind}_V", given)
        return InitializerEntry(
            (
                ("name", f'"{path}"'),
                ("version_id", str(version)),
                ("field_exists", gate.test),
                ("vmsd", f"&{facts.vmsd}"),
                ("size", f"sizeof({facts.c_type})"),
                ("info", f"&vmstate_info_{kind.lower()}"),
                ("offset", f"offsetof({self.state}, {path})"),
                ("start", f"offsetof({facts.c_type}, {next_})"),
            )
        )

    def _write_map(self, step: Field, path: str, gate: Gate, type_: MapType) -> Entry:
        facts = self._struct_facts(type_.value)
        version = self._find_element_version(type_.value)
        if type_.key is None:
            vmsd, key, start = f"&{facts.vmsd}", "", "0"
        else:
            if self._find_element_version(type_.key) != version:
                raise NotInC(step.span, "QEMU loads keys and values of a tree at one version")
            vmsd, key = self.name_pair(step, type_), self._struct_facts(type_.key).c_type
            start = f"sizeof({key})"
        if self._is_gated_by(gate, version):
            name = "VMSTATE_GTREE_V" if key else "VMSTATE_GTREE_DIRECT_KEY_V"
            keys = (key,) if key else ()
            given = (path, self.state, str(version), vmsd, *keys, facts.c_type)
            return MacroEntry(name, given)
        return InitializerEntry(
            (
                ("name", f'"{path}"'),
                ("version_id", str(version)),
                ("field_exists", gate.test),
                ("vmsd", vmsd),
                ("info", "&vmstate_info_gtree"),
                ("start", start),
                ("size", f"sizeof({facts.c_type})"),
                ("offset", f"offsetof({self.state}, {path})"),
            )
        )

    def _find_element_version(self, struct: StructType) -> int:
        own = self.body.schema.descriptions[struct.name].version_id
        return own if struct.version is None else struct.version

    def _is_gated_by(self, gate: Gate, version: int) -> bool:
        """Whether the version of the elements, which QEMU takes for the gate, says the same."""
        return is_same_gate(self.body, gate.since, version) and gate.test == NULL

    # Arrays ------------------------------------------------------------------------------------

    def _write_array(self, step: Field, path: str, gate: Gate, type_: Array) -> Entry:
        if type_.marked:
            message = "QEMU 10.0 has no array of pointers with a marker before each"
            raise NotInC(step.span, message)
        if isinstance(type_.element, Array) or (
            isinstance(type_.element, Bytes) and not type_.nullable
        ):
            return self._write_rows(step, path, gate, type_)
        count, facts = self.find_count(type_.count), self._element_facts(step, type_.element)
        if type_.nullable:
            return self._write_pointers(step, path, gate, count, facts)
        if count.row is not None or facts.version is not None or find_storage(step) != INLINE:
            return self._write_counted(step, path, gate, count, facts)
        given = (path, self.state, count.text)
        if facts.vmsd:
            tail = (facts.vmsd, facts.c_type)
            if gate.test != NULL:
                arguments = (*given, gate.test, "0", *tail)
                return MacroEntry("VMSTATE_STRUCT_ARRAY_TEST", arguments)
            return MacroEntry("VMSTATE_STRUCT_ARRAY", (*given, gate.version, *tail))
        tail = (facts.info, facts.c_type)
        if gate.test != NULL:
            return self._write_counted(step, path, gate, count, facts)
        row = find_row(type_.element, self.body.schema, step.span)
        if row.name == "i8" or row.is_float or row.is_timer:
            return MacroEntry("VMSTATE_ARRAY", (*given, gate.version, *tail))
        return gate.choose(f"VMSTATE_{row.qemu_name.upper()}_ARRAY", *given)

    def _write_rows(self, step: Field, path: str, gate: Gate, type_: Array) -> Entry:
        match type_.element:
            case Array(element=element, count=length, nullable=False, marked=False):
                pass
            case Bytes(length=length):
                element = Scalar("u8")
            case _:
                raise NotInC(step.span, "VMState has no macro for these rows")
        rows, columns = self.find_count(type_.count), self.find_count(length)
        if type_.nullable or rows.row is not None or columns.row is not None:
            raise NotInC(step.span, "VMState has rows of a constant length alone")
        if find_storage(step) != INLINE:
            raise NotInC(step.span, "VMState has no rows behind a pointer")
        facts, given = self._element_facts(step, element), (path, self.state)
        if facts.version is not None:
            raise NotInC(step.span, "VMState has no macro for rows of a struct's older version")
        numbers = (rows.text, columns.text)
        if facts.vmsd:
            tail = (facts.vmsd, facts.c_type)
            if gate.test != NULL:
                tested = (*given, *numbers, gate.test, "0", *tail)
                return MacroEntry("VMSTATE_STRUCT_2DARRAY_TEST", tested)
            return MacroEntry("VMSTATE_STRUCT_2DARRAY", (*given, *numbers, gate.version, *tail))
        row = find_row(element, self.body.schema, step.span)
        if gate.test != NULL:
            offset = f"vmstate_offset_2darray({self.state}, {path}, {facts.c_type}, "
            return InitializerEntry(
                (
                    ("name", f'"{path}"'),
                    ("field_exists", gate.test),
                    ("num", f"({rows.text}) * ({columns.text})"),
                    ("info", f"&{facts.info}"),
                    ("size", f"sizeof({facts.c_type})"),
                    ("flags", "VMS_ARRAY"),
                    ("offset", f"{offset}{rows.text}, {columns.text})"),
                )
            )
        if row.name in _2D:
            return gate.choose(f"VMSTATE_{row.qemu_name.upper()}_2DARRAY", *given, *numbers)
        arguments = (*given, *numbers, gate.version, facts.info, facts.c_type)
        return MacroEntry("VMSTATE_2DARRAY", arguments)

    def _write_pointers(
        self, step: Field, path: str, gate: Gate, count: Count, facts: ElementFacts
    ) -> Entry:
        if count.row is None and gate.test == NULL and facts.version is None:
            given = (path, self.state, count.text, gate.version)
            if facts.vmsd:
                arguments = (*given, facts.vmsd, facts.c_type)
                return MacroEntry("VMSTATE_ARRAY_OF_POINTER_TO_STRUCT", arguments)
            arguments = (*given, facts.info, f"{facts.c_type} *")
            return MacroEntry("VMSTATE_ARRAY_OF_POINTER", arguments)
        return self._write_counted(step, path, gate, count, facts, is_pointers=True)

    def _write_counted(
        self,
        step: Field,
        path: str,
        gate: Gate,
        count: Count,
        facts: ElementFacts,
        *,
        is_pointers: bool = False,
    ) -> Entry:
        """An array with the number of its elements in a member, or in an unusual place."""
        storage = find_storage(step)
        if not is_pointers and gate.test == NULL and count.row is not None:
            macro = self._find_varray(path, gate, count, facts, storage)
            if macro is not None:
                return macro
        flags = ["VMS_ARRAY" if count.row is None else _VARRAY[count.row.name]]
        if count.factor:
            flags.append("VMS_MULTIPLY_ELEMENTS")
        if facts.vmsd:
            flags.append("VMS_STRUCT" if facts.version is None else "VMS_VSTRUCT")
        if is_pointers:
            flags.append("VMS_ARRAY_OF_POINTER")
        if storage != INLINE:
            flags += ["VMS_POINTER", *(["VMS_ALLOC"] if storage == ALLOC else [])]
        c_type = f"{facts.c_type} *" if is_pointers else facts.c_type
        given = f"{self.state}, {path}, {c_type}"
        if storage != INLINE:
            offset = f"vmstate_offset_pointer({given})"
        elif count.row is None:
            offset = f"vmstate_offset_array({given}, {count.text})"
        else:
            offset = f"vmstate_offset_varray({given})"
        number = "" if count.row is None else find_c_scalar(count.row)
        num_offset = f"vmstate_offset_value({self.state}, {count.text}, {number})"
        return InitializerEntry(
            (
                ("name", f'"{path}"'),
                ("version_id", gate.version),
                ("struct_version_id", str(facts.version or 0)),
                ("field_exists", gate.test),
                ("num", count.text if count.row is None else count.factor),
                ("num_offset", "" if count.row is None else num_offset),
                ("info", f"&{facts.info}" if facts.info else ""),
                ("vmsd", f"&{facts.vmsd}" if facts.vmsd else ""),
                ("size", f"sizeof({c_type})"),
                ("flags", " | ".join(flags)),
                ("offset", offset),
            )
        )

    def _find_varray(
        self, path: str, gate: Gate, count: Count, facts: ElementFacts, storage: str
    ) -> MacroEntry | None:
        assert count.row is not None
        number = count.row.qemu_name.upper()
        given = (path, self.state, count.text)
        if facts.version is not None:
            return None
        if facts.vmsd and not count.factor:
            tail = (facts.vmsd, facts.c_type)
            is_ungated = not gate.since
            if storage == POINTER and count.row.name in ("i32", "u32", "u16") and is_ungated:
                return MacroEntry(f"VMSTATE_STRUCT_VARRAY_POINTER_{number}", (*given, *tail))
            if storage == INLINE and count.row.name in ("u8", "i32", "u32"):
                arguments = (*given, gate.version, *tail)
                return MacroEntry(f"VMSTATE_STRUCT_VARRAY_{number}", arguments)
            if storage == ALLOC and count.row.name == "i32":
                return MacroEntry("VMSTATE_STRUCT_VARRAY_ALLOC", (*given, gate.version, *tail))
        elif not facts.vmsd and not count.factor:
            plain = (gate.version, facts.info, facts.c_type)
            if storage == POINTER and count.row.name in ("i32", "u32"):
                return MacroEntry(f"VMSTATE_VARRAY_{number}", (*given, *plain))
            if storage == ALLOC and count.row.name in ("u32", "u16"):
                return MacroEntry(f"VMSTATE_VARRAY_{number}_ALLOC", (*given, *plain))
            if storage == INLINE and count.row.name == "u16":
                return MacroEntry("VMSTATE_VARRAY_UINT16_UNSAFE", (*given, *plain))
        return None

    # Parts -------------------------------------------------------------------------------------

    def find_count(self, length: Expr) -> Count:
        """A length as QEMU takes it: a constant, a member, or a member times a constant."""
        writer = CWriter(self.body, "", "")
        if fold_constant(length) is not None:
            return Count(writer.write(length))
        match length:
            case Let(value=value):
                return self.find_count(value)
            case Member() | Select():
                place = writer.find_place(length)
                row = find_row(place.type, self.body.schema, length.span)
                path = place.text.removeprefix("s->")
                if "->" not in path and place.text != path:
                    if row.name not in _VARRAY:
                        known = ", ".join(_VARRAY)
                        raise NotInC(length.span, f"QEMU counts in {known}, not in {row.name}")
                    return Count(path, row)
            case Binary(operator=Operator.MULTIPLY, left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    number = fold_constant(other)
                    if (
                        number is not None
                        and isinstance(one, Member | Select)
                        and number <= INT.high
                    ):
                        return Count(
                            self.find_count(one).text, self.find_count(one).row, writer.write(other)
                        )
            case _:
                pass
        raise NotInC(
            length.span,
            "QEMU takes a length from a member of the C struct, it computes none",
            "give the length a field or local of its own, which the device's code sets",
        )

    def _element_facts(self, step: Field, element: Type) -> ElementFacts:
        match element:
            case Scalar() | EnumType():
                row = find_row(element, self.body.schema, step.span)
                return self._scalar_facts(row.name)
            case StructType():
                return self._struct_facts(element)
            case Opaque(length=length):
                size = None if length is None else fold_constant(length)
                if size is None:
                    raise NotInC(step.span, "the elements of an array have a constant size in C")
                return ElementFacts(find_codec_info(step, element), "", f"uint8_t[{size}]")
            case _:
                raise NotInC(step.span, "VMState has no array of these")

    def _scalar_facts(self, name: str) -> ElementFacts:
        row = Scalar(name).row
        return ElementFacts(find_info(row), "", find_c_scalar(row))

    def _struct_facts(self, type_: StructType) -> ElementFacts:
        inner = self.body.find_struct(type_)
        return ElementFacts("", inner.variable, inner.c_type, type_.version)


def _single(gate: Gate, given: tuple[str, ...], info: str, c_type: str) -> MacroEntry:
    if gate.test != NULL:
        return MacroEntry("VMSTATE_SINGLE_TEST", (*given, gate.test, "0", info, c_type))
    return MacroEntry("VMSTATE_SINGLE", (*given, gate.version, info, c_type))


def find_codec_info(step: Field, type_: Opaque) -> str:
    """The `VMStateInfo` of an opaque field: `@c("info", …)`, else by the name of its codec."""
    given = read_c(step).get("info")
    if given is not None:
        return str(given)
    if type_.codec is None:
        help = 'name it: `@c("info", "vmstate_info_…")`'
        raise NotInC(step.span, "no codec is named, which C must call", help)
    words = "".join(c if c.isascii() and c.isalnum() else "_" for c in to_snake(type_.codec))
    return f"vmstate_info_{words}"


def is_same_gate(body: CBody, since: int, version: int) -> bool:
    """Whether two versions gate the same of those that the description loads and saves."""
    d = body.description
    return all(
        (since <= each) == (version <= each)
        for each in {since, version, d.minimum_version_id, d.version_id}
        if d.minimum_version_id <= each <= d.version_id
    )
