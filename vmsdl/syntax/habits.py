"""What authors write out of habit from C, Rust, Python or QEMU, and the same in this language.

Each habit is a function from the place where the parser stopped to a `Rewriting`, or None. Recovery
reads on as if the author had written it, and the diagnostic offers it as a fix.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto

from vmsdl.records import dataclass
from vmsdl.syntax.keywords import BUILTIN_TYPES, FOREIGN_TYPES


class Place(Enum):
    """Where a declaration stands."""

    FILE = auto()
    BODY = auto()
    ENUM = auto()


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the parser stopped. Offsets are of `text`.

    `start`: of the declaration. `token`: of the token that is refused. `header`: where a version
    can be put into the header of the body around it. `owner`: the body around it, `device d`.
    """

    text: str
    place: Place
    start: int
    token: int
    header: int = 0
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Text to write instead of the characters from `start` to `end`.

    `title`: an instruction. `version`: what to add in the header of the body, if anything.
    """

    start: int
    end: int
    text: str
    title: str
    version: str = ""
    is_type_before_name: bool = False


def find_habit(stop: Stop) -> Rewriting | None:
    """The first habit that explains the text."""
    return next((found for each in _HABITS if (found := each(stop)) is not None), None)


def find_habit_hint(stop: Stop) -> str | None:
    """What to do about a habit that only the author can undo."""
    for place, pattern, hint in _HINTS:
        found = pattern.match(stop.text, stop.start)
        if place is stop.place and found is not None and found.end() >= stop.token:
            return hint.format(**found.groupdict())
    return None


# Headers

_HEADER = re.compile(
    r'(?P<keyword>struct|device|subsection)\s+(?P<name>[A-Za-z_]\w*|"[^"\n]*")'
    r'(?P<wire>\s+as\s+"[^"\n]*")?(?P<rest>[^{};"]*?)(?=\s*(?:\bneeded\b|\{))'
)
_NUMBERED = re.compile(
    r"(?P<minimum>\b(?:min|minimum)(?:_version)?(?:_id)?\b)?"
    r"(?P<version>\b(?:version(?:_id)?|ver)\b|\bv(?=[0-9]))?[\s:=(]*(?P<number>[0-9]+)\b"
)


def _rewrite_header(stop: Stop) -> Rewriting | None:
    """`version_id 2`, `version = 2`, `minimum 1 version 2`, `v2`, `device "d"`."""
    found = _HEADER.match(stop.text, stop.start)
    if found is None or not found.start("name") <= stop.token <= found.end():
        return None
    versions: dict[str, str] = {}
    for each in _NUMBERED.finditer(found["rest"]):
        versions.setdefault("minimum" if each["minimum"] else "version", each["number"])
    if re.sub(r"[\s:=(),]", "", _NUMBERED.sub("", found["rest"])):
        return None
    name, wire = found["name"], found["wire"] or ""
    if name.startswith('"'):
        wire = "" if name[1:-1].isidentifier() else f" as {name}"
        name = re.sub(r"\W", "_", name[1:-1])
        name = name if name.isidentifier() else f"{found['keyword']}_{name}"
    text = f"{name}{wire}{write_versions(versions.get('version'), versions.get('minimum'))}"
    title = f"write `{found['keyword']} {text}`"
    return Rewriting(found.start("name"), found.end(), text, title)


def write_versions(version: str | None, minimum: str | None) -> str:
    """The versions of a header, with a space before them. A minimum alone is the version too."""
    if version is None or version == minimum:
        version, minimum = version or minimum, None
    text = f" version {version}" if version is not None else ""
    return text if minimum is None else f"{text} minimum {minimum}"


_INITIALIZER = re.compile(
    r"\.?\s*(?P<which>version_id|minimum_version_id|version|minimum)\s*=\s*(?P<one>[0-9]+)\s*[,;]?"
    r"(?:\s*\.?\s*(?P<other>version_id|minimum_version_id|version|minimum)\s*=\s*(?P<two>[0-9]+)"
    r"\s*[,;]?)?"
)


def _rewrite_version_member(stop: Stop) -> Rewriting | None:
    """`.version_id = 2, .minimum_version_id = 1,` inside the body."""
    found = _INITIALIZER.match(stop.text, stop.start) if stop.place is Place.BODY else None
    if found is None or found.end() <= stop.token:
        return None
    numbers = {found["which"]: found["one"], found["other"]: found["two"]}
    minimum = next((n for word, n in numbers.items() if word and word.startswith("min")), None)
    version = next((n for word, n in numbers.items() if word and word.startswith("ver")), None)
    versions = write_versions(version, minimum)
    header = stop.text[stop.header : stop.text.find("{", stop.header)]
    if "version" in header:
        return Rewriting(found.start(), found.end(), "", "remove it: the version is in the header")
    title = f"remove it, and write `{versions.strip()}` after `{stop.owner}`"
    return Rewriting(found.start(), found.end(), "", title, versions)


# Fields

_FIELD_OF_C = re.compile(
    r"(?P<type>(?:(?:const|static|volatile|mutable|pub|unsigned|signed|long|short|struct|enum|union)"
    r"\s+)*[A-Za-z_]\w*)(?:\s*\*+\s*|\s+)"
    r"(?P<names>[A-Za-z_]\w*(?:\s*\[[^\]\n]*\])*(?:\s*=\s*[^,;{}\n]+)?"
    r"(?:\s*,\s*\**[A-Za-z_]\w*(?:\s*\[[^\]\n]*\])*(?:\s*=\s*[^,;{}\n]+)?)*)\s*"
    r"(?:;|(?=\})|(?=\n))"
)
_NAME_OF_C = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*(?P<lengths>(?:\[[^\]]*\]\s*)*)(?:=\s*(?P<value>.+))?"
)
_MACRO = re.compile(
    r"VMSTATE_(?P<macro>[A-Z0-9_]+)\s*\((?P<arguments>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)"
    r"\s*[,;]?"
)
_QUALIFIERS = ("const", "static", "volatile", "mutable", "pub", "struct", "enum", "union")
_WIDTHS_OF_C = {"char": 8, "short": 16, "int": 32, "long": 64}


def translate_type(words: str) -> str:
    """A type of C or Rust in our words: `unsigned char`, `struct foo`, `uint8_t`."""
    parts = [part for part in words.split() if part not in _QUALIFIERS]
    if any(part in ("unsigned", "signed") for part in parts) or len(parts) > 1:
        width = next((_WIDTHS_OF_C[p] for p in parts if p in _WIDTHS_OF_C), 32)
        return f"{'u' if 'unsigned' in parts else 'i'}{width}"
    name = parts[0] if parts else "u8"
    return name if name in BUILTIN_TYPES else FOREIGN_TYPES.get(name, name)


def _rewrite_field_of_c(stop: Stop) -> Rewriting | None:
    """`uint8_t x;`, `u8 x[4];`, `struct foo x;`, `bool x = 0, y = 1;`."""
    found = _FIELD_OF_C.match(stop.text, stop.start) if stop.place is Place.BODY else None
    if found is None or found.end() <= stop.token or found["type"] in ("subsection", "hook"):
        return None
    if found["names"].strip() in BUILTIN_TYPES and found["type"].isidentifier():
        text = f"{found['type']}: {found['names'].strip()};"  # the name is first, as it should be
        return Rewriting(found.start(), found.end(), text, f"write `{text}`")
    type_ = translate_type(found["type"])
    fields = []
    for each in _split_outside_brackets(found["names"]):
        name = _NAME_OF_C.fullmatch(each.strip().lstrip("*").strip())
        if name is None:
            return None
        lengths = "".join(name["lengths"].split())
        value = _translate_value(name["value"], type_)
        fields.append(f"{name['name']}: {type_}{lengths}{value};")
    text = " ".join(fields)
    known = found["type"].split()[-1] in {*BUILTIN_TYPES, *FOREIGN_TYPES, "short", "long"}
    return Rewriting(found.start(), found.end(), text, f"write `{text}`", is_type_before_name=known)


def _translate_value(value: str | None, type_: str) -> str:
    if value is None:
        return ""
    value = value.strip()
    if type_ == "bool":
        value = {"0": "false", "1": "true", "FALSE": "false", "TRUE": "true"}.get(value, value)
    return f" = {value}"


def _split_outside_brackets(text: str) -> Iterator[str]:
    """The parts between commas that are in no brackets."""
    level, first = 0, 0
    for n, character in enumerate(text):
        level += (character in "([") - (character in ")]")
        if character == "," and level == 0:
            yield text[first:n]
            first = n + 1
    yield text[first:]


def _rewrite_macro(stop: Stop) -> Rewriting | None:
    """`VMSTATE_UINT8(x, S)`: a field as QEMU's source has it."""
    found = _MACRO.match(stop.text, stop.start) if stop.place is Place.BODY else None
    if found is None:
        return None
    arguments = [each.strip() for each in _split_outside_brackets(found["arguments"])]
    text = _translate_macro(found["macro"], arguments)
    if text is None:
        return None
    title = f"write `{text}`" if text else "remove it: `}` ends the body"
    return Rewriting(found.start(), found.end(), text, title)


_SCALAR_MACRO = re.compile(
    r"(?P<base>U?INT(?:8|16|32|64)|BOOL|TIMER_PTR|TIMER|FLOAT64|BUFFER_UNSAFE|STRUCT|UNUSED)"
    r"(?P<form>_ARRAY|_2DARRAY|_EQUAL)?(?P<version>_V)?"
)
_TYPES_OF_MACROS = {"BOOL": "bool", "TIMER_PTR": "timer", "TIMER": "timer", "FLOAT64": "f64"}


def _translate_macro(macro: str, arguments: list[str]) -> str | None:
    """The field of a macro; None where the macro alone does not say it."""
    if macro == "END_OF_LIST":
        return ""
    if macro == "UNUSED" and len(arguments) == 1:
        return f"unused[{arguments[0]}];"
    name = _name_member(arguments[0]) if arguments else ""
    if macro == "PCI_DEVICE" and name:
        return f"{name}: PCIDevice;"
    found = _SCALAR_MACRO.fullmatch(macro)
    if found is None or not name or len(arguments) < 2:
        return None
    rest = arguments[2:]
    if found["base"] == "STRUCT":
        # (member, type of the state, [count,] version, description, type of the member)
        if found["version"] or found["form"] == "_EQUAL" or len(rest) < 3:
            return None
        counts = rest[:-3]
        type_ = rest[-2].removeprefix("&").removeprefix("vmstate_")
        rest = []
    else:
        count = {"_ARRAY": 1, "_2DARRAY": 2}.get(found["form"] or "", 0)
        counts, rest = rest[:count], rest[count:]
        type_ = _TYPES_OF_MACROS.get(found["base"]) or (
            found["base"].replace("UINT", "u").replace("INT", "i")
        )
    words = "".join(f"[{each}]" for each in counts)
    words += " equal" if found["form"] == "_EQUAL" else ""
    words += f" since {rest[0]}" if found["version"] and rest else ""
    return f"{name}: {type_}{words};"


def _name_member(member: str) -> str:
    """A member of C as a field; `as` keeps what is no name."""
    if member.isidentifier():
        return member
    words = re.findall(r"[A-Za-z_]\w*", member)
    return f'{words[-1]} as "{member}"' if words and '"' not in member else ""


_TYPED = re.compile(
    r'(?P<head>(?:pub(?:\([^)\n]*\))?\s+)?(?P<name>[A-Za-z_]\w*)(?:\s+as\s+"[^"\n]*")?\s*:\s*)'
)
_ARRAY_OF_RUST = re.compile(
    r"\[\s*(?P<type>[\w.:]+)(?P<lengths>(?:\[[^\[\]]*\])*)\s*;\s*(?P<count>[^\[\];]+?)\s*\]"
)
_FOREIGN_TYPE = re.compile(r"(?:[^\n;,{}=<]|<[^\n;{}=>]*>?)*")
_TYPE_EDITS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:std::)?array\s*<\s*([\w.:]+)\s*,\s*([^<>\n]+?)\s*>"), r"\1[\2]"),
    (re.compile(r"\b(?:Box|Rc|Arc)\s*<\s*([\w.:]+)\s*>"), r"\1"),
    (re.compile(r"^(?:struct|enum|union|const)\s+(?=[A-Za-z_])"), ""),
    (re.compile(r"^(?:&\s*|\*\s*(?:mut|const)\s+)(?=[A-Za-z_])"), ""),
    (re.compile(r"^([A-Za-z_]\w*)\s*\*+"), r"\1"),
    (re.compile(r"^(?:[A-Za-z_]\w*\s*(?:\.|::)\s*)+([A-Za-z_]\w*)"), r"\1"),
)


def _rewrite_type(stop: Stop) -> Rewriting | None:
    """`x: [u8; 4];`, `x: struct foo;`, `x: pci.PCIDevice;`, `pub x: u8;`."""
    head = _TYPED.match(stop.text, stop.start) if stop.place is Place.BODY else None
    if head is None or head["name"] in ("pub",):
        return None
    start = head.end()
    end = _find_bracket_end(stop.text, start)
    if end is None:
        found = _FOREIGN_TYPE.match(stop.text, start)
        assert found is not None, "it can be empty"
        end = start + len(re.split(r"\s+(?:since|if|where|with|formerly)\b", found[0])[0].rstrip())
    written = stop.text[start:end]
    type_ = written
    while (simpler := _ARRAY_OF_RUST.sub(r"\g<type>[\g<count>]\g<lengths>", type_)) != type_:
        type_ = simpler
    for pattern, text in _TYPE_EDITS:
        type_ = pattern.sub(text, type_)
    words = re.match(r"[A-Za-z_]\w*", type_)
    if words is None:
        return None
    type_ = translate_type(words[0]) + type_[words.end() :]
    field = re.sub(r"^pub(?:\([^)]*\))?\s+", "", head["head"])
    is_whole = re.fullmatch(r"[A-Za-z_]\w*\??(?:\s*\[[^\[\]]*\])*", type_) is not None
    if not is_whole or field + type_ == head["head"] + written or end < stop.token:
        return None
    return Rewriting(head.start(), end, field + type_, f"write `{field}{type_}`")


def _find_bracket_end(text: str, start: int) -> int | None:
    """The offset behind the `]` that closes a `[` at `start`, on the same line."""
    level = 0
    for n in range(start, len(text)):
        if text[n] == "\n":
            break
        level += (text[n] == "[") - (text[n] == "]")
        if level == 0:
            return n + 1 if n > start else None
    return None


# Words and signs, at the refused token


def _rewrite_word(stop: Stop) -> Rewriting | None:
    """`x: u8 default 4`, `since version 2`, `e == E::busy`, `s->x`, `validate x < 4;`."""
    for pattern, text, title in _WORDS:
        for found in pattern.finditer(stop.text, stop.start, stop.token + 80):
            if found.start("edit") <= stop.token < max(found.end(), stop.token + 1):
                if found.end() < stop.token:
                    continue
                title = title.format(**found.groupdict()) or f"write `{text}`"
                return Rewriting(found.start("edit"), found.end("edit"), text, title)
    return None


_WORDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?P<edit>\bdefault\b\s*=?\s*)(?P<value>[\w.-]+)"), "= ", "write `= {value}`"),
    (re.compile(r"\bsince\s+(?P<edit>version(?:_id)?\s+)(?=[0-9])"), "", "remove `version`"),
    (re.compile(r"\w(?P<edit>\s*::\s*)(?=\w)"), ".", ""),
    (
        re.compile(r"[\w\])](?P<edit>\s*->\s*)(?=[A-Za-z_])"),
        ".",
        "write `.` to access a member of a struct",
    ),
)
_UNNAMED_CHECK = re.compile(r"validate\s+(?P<condition>[^;,\"\n{}]+?)\s*(?=;)")


def _rewrite_check(stop: Stop) -> Rewriting | None:
    """`validate x < 4;` has no message."""
    found = _UNNAMED_CHECK.match(stop.text, stop.start) if stop.place is Place.BODY else None
    if found is None or stop.token != found.end():
        return None
    text = f', "expected {found["condition"]}"'
    return Rewriting(
        found.end("condition"), found.end(), text, f"write a message, such as `{text}`"
    )


# Items

_CONST = re.compile(
    r"(?:(?:pub|static|const|constexpr|let|final|var)\s+)+"
    r"(?:(?:unsigned\s+|signed\s+)?[A-Za-z_]\w*\s+(?=[A-Za-z_]\w*\s*=))?"
    r"(?P<name>[A-Za-z_]\w*)\s*(?::\s*\w+\s*)?=\s*(?P<value>[^;{}\n\"]+?)\s*(?:;|(?=\n))"
)
_IMPORT = re.compile(
    r"(?:from\s+(?P<from>[\w./\"-]+)\s+import\s+[\w, *]+"
    r"|import\s+[{*][^;\n]*\bfrom\s+(?P<js>[\w./\"-]+)"
    r"|(?:pub\s+)?(?:import|use|mod|include|extern\s+crate)\s+<?(?P<path>\"[^\"\n]+\"|[\w./:-]+)>?"
    r"(?:\s+as\s+\w+)?)\s*;?"
)
_TYPEDEF = re.compile(r"typedef\s+struct\b(?P<name>\s+[A-Za-z_]\w*)?\s*\{")


def _rewrite_const(stop: Stop) -> Rewriting | None:
    """`const N: u8 = 4;`, `static const int N = 4;`, `let N = 4;`."""
    found = _CONST.match(stop.text, stop.start) if stop.place is Place.FILE else None
    if found is None or found.end() <= stop.token:
        return None
    text = f"const {found['name']} = {found['value']};"
    return Rewriting(found.start(), found.end(), text, f"write `{text}`")


def _rewrite_import(stop: Stop) -> Rewriting | None:
    """`import pci;`, `use pci;`, `from "pci.vmsd" import PCIDevice;`."""
    found = _IMPORT.match(stop.text, stop.start) if stop.place is Place.FILE else None
    if found is None or found.end() < stop.token:
        return None
    path = (found["from"] or found["js"] or found["path"]).strip('"').replace("::", "/")
    if not path.endswith(".vmsd"):
        path += ".vmsd"
    text = f'import "{path}";'
    if found[0].rstrip().rstrip(";") == text.rstrip(";"):
        return None  # all is right but the `;`
    return Rewriting(found.start(), found.end(), text, f"write `{text}`")


def _rewrite_typedef(stop: Stop) -> Rewriting | None:
    """`typedef struct foo { … } foo;`."""
    found = _TYPEDEF.match(stop.text, stop.start) if stop.place is Place.FILE else None
    if found is None:
        return None
    level, end = 0, found.end() - 1
    for end in range(found.end() - 1, len(stop.text)):
        level += (stop.text[end] == "{") - (stop.text[end] == "}")
        if level == 0:
            break
    tail = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)?\s*;").match(stop.text, end + 1)
    name = (tail["name"] if tail is not None else None) or (found["name"] or "").strip()
    if tail is None or not name:
        return None
    body = stop.text[found.end() - 1 : end + 1]
    return Rewriting(
        found.start(), tail.end(), f"struct {name} {body}", f"write `struct {name} {{ … }}`"
    )


# Values of enums

_ENUM_VALUE = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?:[,;]|(?=\}))")
_ENUM_ENTRY = re.compile(r"[A-Za-z_]\w*\s*(?:=\s*(?P<value>[0-9A-Fa-fxX_]+))?\s*[,;]")


def _rewrite_enum_value(stop: Stop) -> Rewriting | None:
    """`idle, busy`: values without numbers."""
    found = _ENUM_VALUE.match(stop.text, stop.start) if stop.place is Place.ENUM else None
    if found is None or not found.end("name") <= stop.token <= found.end():
        return None
    number = 0
    for each in _ENUM_ENTRY.finditer(stop.text, stop.text.rfind("{", 0, stop.start), stop.start):
        try:
            number = int(each["value"], 0) + 1 if each["value"] else number + 1
        except ValueError:
            return None
    text = f"{found['name']} = {number};"
    return Rewriting(
        found.start(), found.end(), text, f"give each enum value a number, such as `{text}`"
    )


_HABITS: tuple[Callable[[Stop], Rewriting | None], ...] = (
    _rewrite_header,
    _rewrite_version_member,
    _rewrite_macro,
    _rewrite_field_of_c,
    _rewrite_type,
    _rewrite_check,
    _rewrite_enum_value,
    _rewrite_typedef,
    _rewrite_const,
    _rewrite_import,
    _rewrite_word,
)

_HINTS: tuple[tuple[Place, re.Pattern[str], str], ...] = (
    (
        Place.BODY,
        re.compile(r"VMSTATE_\w+\s*\(\s*(?P<name>[A-Za-z_]\w*)?[^;\n]*"),
        "write the field as `name: type;`; a macro of QEMU does not say all of it",
    ),
    (
        Place.BODY,
        re.compile(r"(?P<name>\w+)\s*:\s*Vec\s*<\s*(?P<type>\w+)?"),
        "write `{name}: {type}[n];` after the field `n` that counts them, or `list<…>` of a struct",
    ),
    (
        Place.BODY,
        re.compile(r"(?P<name>\w+)\s*:\s*Option\s*<\s*(?P<type>\w+)?"),
        "write `{name}: {type} if …;` with the condition under which it is sent",
    ),
    (
        Place.BODY,
        re.compile(r"(?P<name>\w+)\s*:\s*(?P<type>\w+)\s*\[(?=\s*\])"),
        "write the number of elements in the `[…]`: a number, or a field before it",
    ),
    (
        Place.FILE,
        re.compile(r"(?:static\s+)?(?:const\s+)?VMStateDescription\s+(?:vmstate_)?(?P<name>\w+)"),
        "write `device {name} version 1 {{ … }}`, or `struct {name}` where it is embedded",
    ),
    (
        Place.FILE,
        re.compile(r"(?:pub\s+)?subsection\s+(?P<name>\w+)"),
        "move it into the body of its device or struct, after the fields",
    ),
    (
        Place.FILE,
        re.compile(r"(?P<keyword>enum|flags)\s+(?P<name>\w+)\s*(?=\{)"),
        "write the type that is sent after the name: `{keyword} {name} : u32`",
    ),
)
