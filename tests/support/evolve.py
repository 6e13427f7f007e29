"""Random devices as data, changes to them, and states of them; each from one seed."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

WIDTHS = {
    "u8": 8,
    "u16": 16,
    "u32": 32,
    "i8": 8,
    "i16": 16,
    "bool": 1,
    "u64": 64,
    "i64": 64,
    "timer": 64,
}
SMALL = ("u8", "u16", "u32", "i8", "i16", "bool") * 3 + ("u64", "i64", "timer")


@dataclass(frozen=True)
class Field:
    name: str
    type: str  # a scalar, "E", "F", "S", "list", "map", "bytes", "unused", "validate"
    count: int | str | None = None  # elements, or the field that counts them
    since: int = 0
    condition: str = ""
    where: str = ""
    is_load_only: bool = False  # of `where`
    default: int | None = None
    formerly: str = ""


@dataclass(frozen=True)
class Sub:
    name: str
    needed: str
    fields: tuple[Field, ...]
    version: int = 1
    subs: tuple["Sub", ...] = ()


@dataclass(frozen=True)
class Device:
    fields: tuple[Field, ...]
    subs: tuple[Sub, ...]
    inner: tuple[Field, ...]  # of the struct S
    members: tuple[tuple[str, int], ...]  # of the enum E
    version: int = 2
    minimum: int = 1
    inner_subs: tuple[Sub, ...] = ()
    bits: tuple[tuple[str, int], ...] = (("b0", 1), ("b1", 2))  # of the flags F
    properties: tuple[tuple[str, bool], ...] = ()  # with their defaults


def text(device: Device) -> str:
    members = " ".join(f"{name} = {value};" for name, value in device.members)
    bits = " ".join(f"{name} = {value};" for name, value in device.bits)
    out = [f"enum E : u8 {{ {members} }}", f"flags F : u8 {{ {bits} }}", "struct S {"]
    out += [line(each) for each in device.inner]
    out += [subsection(each) for each in device.inner_subs]
    out += ["}", f"device dev version {device.version} minimum {device.minimum} {{"]
    out += [
        f"    property {name}: bool = {str(value).lower()};" for name, value in device.properties
    ]
    out += [line(each) for each in device.fields]
    out += [subsection(each) for each in device.subs]
    return "\n".join([*out, "}"]) + "\n"


def subsection(sub: Sub) -> str:
    inside = "\n".join([*map(line, sub.fields), *map(subsection, sub.subs)])
    return f"subsection {sub.name} version {sub.version} needed {sub.needed} {{\n{inside}\n}}"


def line(f: Field) -> str:
    if f.type == "unused":
        return f"    unused[{f.count}];"
    if f.type == "validate":
        return f'    validate {f.condition}, "{f.name}";'
    type_ = {"list": "list<S>", "map": "map<u64, S>"}.get(f.type, f.type)
    out = f"    {f.name}: {type_}" + (f"[{f.count}]" if f.count is not None else "")
    out += f" since {f.since}" if f.since else ""
    out += f" if {f.condition}" if f.condition else ""
    out += f" = {f.default}" if f.default is not None else ""
    out += f" where {f.where}" if f.where else ""
    out += " on load" if f.where and f.is_load_only else ""
    out += f" formerly {f.formerly}" if f.formerly else ""
    return out + ";"


class Nodes(dict[int, Any]):
    """What is in a map."""


@dataclass
class Maker:
    random: Random
    made: int = 0
    names: list[str] = field(default_factory=list)

    def device(self) -> Device:
        members = tuple((f"a{i}", i) for i in range(self.random.randint(2, 4)))
        inner = self.fields(self.random.randint(1, 3), nested=True)
        names = [self.name() for _ in range(self.random.randint(0, 1))]
        properties = tuple((name, self.random.random() < 0.3) for name in names)
        self.names = names
        fields = self.fields(self.random.randint(2, 6))
        subs = tuple(self.sub(fields) for _ in range(self.random.randint(0, 2)))
        inner_subs = (self.sub(inner),) if self.random.random() < 0.2 else ()
        return Device(fields, subs, inner, members, inner_subs=inner_subs, properties=properties)

    def name(self) -> str:
        self.made += 1
        return f"f{self.made}"

    def fields(self, count: int, *, nested: bool = False) -> tuple[Field, ...]:
        found: list[Field] = []
        for _ in range(count):
            if self.random.random() < 0.08:
                found += self.counted(nested=nested)
            else:
                found.append(self.field(found, nested=nested))
        return tuple(found)

    def counted(self, *, nested: bool) -> tuple[Field, Field]:
        """An array, and the field that counts it."""
        kinds = ["bytes", "u16", "E", *([] if nested else "SS")]
        name, kind = self.name(), self.random.choice(kinds)
        where = f"{name} <= {self.random.choice([2, 3, 4])}"
        return Field(name, "u8", where=where), Field(self.name(), kind, name)

    def field(self, before: list[Field], *, nested: bool = False) -> Field:
        pick = self.random.random()
        condition = self.predicate(before) if self.random.random() < 0.25 else ""
        name = self.name()
        if pick < 0.12:
            return Field(name, "bytes", self.random.randint(1, 3), condition=condition)
        if pick < 0.2:
            kind = self.random.choice(["u8", "u16", "i16", "E"])
            return Field(name, kind, self.random.randint(1, 3), condition=condition)
        if pick < 0.28:
            counts = [f.name for f in before if f.type == "u8" and f.count is None and f.where]
            if counts:
                return Field(name, "bytes", self.random.choice(counts))
        if pick < 0.38 and not nested:
            return self.struct(name, before, condition)
        if pick < 0.46:
            return Field(name, self.random.choice("EEF"), condition=condition)
        if pick < 0.49 and not nested and (rule := self.predicate(before)) != "true":
            return Field(name, "validate", condition=rule)
        if pick < 0.52:
            return Field(name, "unused", self.random.randint(1, 2))
        kind = self.random.choice(SMALL)
        where = ""
        default = None
        if kind == "u8" and self.random.random() < 0.5:
            where = f"{name} <= {self.random.choice([2, 3, 4])}"
        elif kind not in ("bool", "timer") and self.random.random() < 0.15:
            default = self.random.randint(1, 5)
        on_load = bool(where) and self.random.random() < 0.15
        return Field(
            name, kind, condition=condition, where=where, is_load_only=on_load, default=default
        )

    def struct(self, name: str, before: list[Field], condition: str) -> Field:
        """One, an array of a fixed number or of a counted one, or a list."""
        counts = [f.name for f in before if f.type == "u8" and f.count is None and f.where]
        pick = self.random.random()
        if pick < 0.15 and counts:
            return Field(name, "S", self.random.choice(counts))
        if pick < 0.35:
            return Field(name, "list", condition=condition)
        if pick < 0.45:
            return Field(name, "map", condition=condition)
        return Field(name, "S", 2 if pick < 0.6 else None, condition=condition)

    def predicate(self, before: "list[Field] | tuple[Field, ...]") -> str:
        """Over scalars that are always there."""
        names = [
            f
            for f in before
            if f.type in WIDTHS and f.count is None and not f.condition and not f.since
        ]
        if self.names and self.random.random() < 0.25:
            return self.random.choice(["", "not "]) + self.random.choice(self.names)
        if not names:
            return "true"
        one = self.random.choice(names)
        if one.type == "timer":
            return f"{one.name} {self.random.choice(['>= 0', '!= 5'])}"
        if one.type == "bool":
            return self.random.choice([one.name, f"not {one.name}"])
        forms = [
            f"{one.name} & {1 << self.random.randint(0, 3)} != 0",
            f"{one.name} > {self.random.randint(0, 3)}",
            f"{one.name} == {self.random.randint(0, 2)}",
            f"{one.name} != {self.random.randint(0, 2)}",
        ]
        text_ = self.random.choice(forms)
        if self.random.random() < 0.2:
            text_ += self.random.choice([" and ", " or "]) + self.predicate(before)
        return text_

    def sub(self, fields: tuple[Field, ...]) -> Sub:
        inside = tuple(
            replace(f, condition="") for f in self.fields(self.random.randint(1, 2), nested=True)
        )
        inside = tuple(f for f in inside if not isinstance(f.count, str)) or (
            Field(self.name(), "u8"),
        )
        needed = self.predicate(fields if self.random.random() < 0.7 else inside)
        subs = (self.sub(inside),) if self.random.random() < 0.15 else ()
        return Sub("s" + self.name(), needed, inside, subs=subs)

    # Changes -------------------------------------------------------------------------------------

    def change(self, device: Device) -> Device:
        which = self.random.random()
        if which < 0.18:
            return replace(device, inner=self.in_fields(device.inner, device, nested=True))
        if which < 0.34:
            return self.in_subs(device)
        if which < 0.39:
            version = device.version + self.random.choice([1, 1, -1])
            return replace(
                device, version=max(1, version), minimum=min(device.minimum, max(1, version))
            )
        if which < 0.42:
            return replace(device, minimum=self.random.randint(0, device.version))
        if which < 0.51:
            if self.random.random() < 0.4:
                bits = device.bits
                more = (*bits, (f"b{len(bits)}", 1 << len(bits)))
                return replace(device, bits=self.random.choice([more, bits[:-1] or more]))
            return replace(device, members=self.in_members(device.members))
        if which < 0.55 and device.properties:
            turned = tuple((name, not value) for name, value in device.properties)
            return replace(device, properties=turned)
        if which < 0.62:
            fields = list(device.fields)
            new = replace(self.field([], nested=True), since=device.version + 1)
            fields.insert(self.random.randint(0, len(fields)), new)
            return replace(device, fields=tuple(fields), version=device.version + 1)
        return replace(device, fields=self.in_fields(device.fields, device))

    def in_members(self, members: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        kind = self.random.randint(0, 2)
        if kind == 0 and len(members) > 1:
            return members[:-1]
        if kind == 1:
            return (*members, (f"n{len(members)}", max(v for _, v in members) + 1))
        values = [v for _, v in members]
        self.random.shuffle(values)
        return tuple((name, v) for (name, _), v in zip(members, values, strict=True))

    def in_subs(self, device: Device) -> Device:
        subs = list(device.subs)
        kind = self.random.randint(0, 5)
        if kind == 0 or not subs:
            subs.append(self.sub(device.fields))
            return replace(device, subs=tuple(subs))
        i = self.random.randrange(len(subs))
        one = subs[i]
        match kind:
            case 1:
                del subs[i]
            case 2:
                subs[i] = replace(one, needed=self.predicate(device.fields))
            case 3:
                subs[i] = replace(one, version=one.version + 1)
            case 4:
                subs[i] = replace(one, fields=self.in_fields(one.fields, device, nested=True))
            case _:
                subs[i] = replace(one, name=one.name + "x")
        return replace(device, subs=tuple(subs))

    def in_fields(
        self, fields: tuple[Field, ...], device: Device, *, nested: bool = False
    ) -> tuple[Field, ...]:
        found = list(fields)
        kind = self.random.randint(0, 8)
        i = self.random.randrange(len(found)) if found else 0
        if kind == 0 or not found:
            found.insert(i, self.field(found[:i], nested=nested))
            return tuple(found)
        one = found[i]
        match kind:
            case 1:
                del found[i]
            case 2 if len(found) > 1:
                j = self.random.randrange(len(found))
                found[i], found[j] = found[j], found[i]
            case 3 if one.type not in ("unused", "validate"):
                found[i] = replace(
                    one, name=self.name(), formerly=self.random.choice([one.name, ""]), where=""
                )
            case 4 if one.type in WIDTHS:
                found[i] = replace(one, type=self.random.choice(SMALL), default=None, where="")
            case 5 if one.type != "validate":
                found[i] = replace(
                    one, condition=self.predicate(found[:i]) if not one.condition else ""
                )
            case 6 if one.type in WIDTHS and one.type not in ("bool", "timer"):
                found[i] = replace(
                    one,
                    where=f"{one.name} <= {self.random.randint(1, 6)}",
                    is_load_only=self.random.random() < 0.2,
                )
            case 7 if one.type in WIDTHS:
                size = max(1, WIDTHS[one.type] // 8)
                found[i] = Field(one.name, "unused", size)
            case _:
                if isinstance(one.count, str) and one.type != "S":
                    found[i] = replace(one, type=self.random.choice(["bytes", "u16", "E", "u32"]))
                elif one.type in ("list", "map"):
                    found[i] = replace(one, type="map" if one.type == "list" else "list")
                elif isinstance(one.count, int):
                    found[i] = replace(one, count=one.count + 1)
                elif one.type in WIDTHS and one.type not in ("bool", "timer"):
                    found[i] = replace(one, default=self.random.randint(0, 3))
        return tuple(found)

    # States --------------------------------------------------------------------------------------

    def state(self, device: Device, settled: frozenset[str] = frozenset()) -> dict[str, Any]:
        """`settled`: the properties that keep their defaults."""
        found: dict[str, Any] = {
            name: value if name in settled else self.random.random() < 0.5
            for name, value in device.properties
        }
        found |= self.values(device.fields, device)
        return found | self.subsections(device.subs, device)

    def subsections(self, subs: tuple[Sub, ...], device: Device) -> dict[str, Any]:
        return {
            sub.name: self.values(sub.fields, device) | self.subsections(sub.subs, device)
            for sub in subs
        }

    def values(self, fields: tuple[Field, ...], device: Device) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for f in fields:
            if f.type in ("unused", "validate"):
                continue
            if f.type == "list":
                one = replace(f, type="S")
                found[f.name] = [
                    self.value(one, device) for _ in range(self.random.choice([0, 0, 1, 2]))
                ]
                continue
            if f.type == "map":
                one = replace(f, type="S")
                keys = self.random.sample(range(10), self.random.choice([0, 0, 1, 2]))
                found[f.name] = Nodes({key: self.value(one, device) for key in keys})
                continue
            count = found[f.count] if isinstance(f.count, str) else f.count
            if f.type == "bytes":
                found[f.name] = bytes(self.random.choice([0, 0, 1, 7]) for _ in range(count or 0))
            elif count is None:
                found[f.name] = self.value(f, device)
            else:
                items = [self.value(f, device) for _ in range(count)]
                found[f.name] = bytes(items) if f.type == "u8" else items
        return found

    def value(self, f: Field, device: Device) -> Any:
        if f.type == "E":
            return self.random.choice(device.members)[1]
        if f.type == "S":
            return self.values(device.inner, device) | self.subsections(device.inner_subs, device)
        if f.type == "F":
            return sum(value for _, value in device.bits if self.random.random() < 0.4)
        if f.type == "timer":
            return self.random.choice([-1, -1, 0, 5, 1 << 40])
        if f.type == "bool":
            return self.random.random() < 0.5
        bits = WIDTHS[f.type]
        low = -(1 << bits - 1) if f.type[0] == "i" else 0
        if f.where:
            # What the sender refuses on load alone, it saves.
            return self.random.randint(0, int(f.where.rpartition(" ")[2]) + f.is_load_only)
        if self.random.random() < 0.7:
            return self.random.choice([0, 0, 1, 2, 3, 5, 8])
        return self.random.randint(low, low + (1 << bits) - 1)
