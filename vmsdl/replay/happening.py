"""What the codecs do with a state: refused, or loaded, and some values are wrong or lost.

By the words of the report: a value is *wrong* where the receiver then holds what is neither the
sender's value nor what it held before; it is *lost* where old carries it from itself to itself, and
it did not arrive. What the sender's own version does to its own stream is not the change's doing.
"""

import struct
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from vmsdl.diff.match import Pairing, names, twin
from vmsdl.diff.terms import Key
from vmsdl.replay.program import Part, Program, Value, is_bytes
from vmsdl.replay.settings import settle
from vmsdl.replay.state import fresh
from vmsdl.schema.description import Description, Role
from vmsdl.schema.types import Array, Blob, Bytes, ListType, Opaque, StructType, Type
from vmsdl.wire.constants import constant


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    message: str
    path: str
    offset: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that does not hold what was sent. `key`: the receiver's, else the sender's."""

    key: Key
    sent: Value | None  # None: the sender has no such field
    arrived: Value | None  # None: the receiver has none
    sender_key: Key | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """`unsaved`: the sender's own version does not take this state through a stream, and why."""

    data: bytes = b""
    unsaved: str = ""
    refusal: Refusal | None = None
    wrong: tuple[Difference, ...] = ()
    lost: tuple[Difference, ...] = ()
    loaded: Any = field(default=None, compare=False, repr=False)
    base: Any = field(default=None, compare=False, repr=False)

    @property
    def word(self) -> str:
        """The worst of it: refused, corrupt, lossy, ok."""
        if self.refusal is not None:
            return "refused"
        return "corrupt" if self.wrong else "lossy" if self.lost else "ok"


@dataclass(frozen=True, slots=True)
class Ends:
    """Two programs, and which of them is the older."""

    sender: Program
    receiver: Program
    sender_is_old: bool
    machine: str | None = None

    @property
    def old(self) -> Program:
        return self.sender if self.sender_is_old else self.receiver

    @property
    def version(self) -> int | None:
        """What stands at the head of the section. A struct has none: each end has its own."""
        description = self.sender.side.description
        return description.version_id if description.role is Role.DEVICE else None


def happened(ends: Ends, sent: Any, own: Mapping[Key, int | bool] | None = None) -> Happened:
    """Save an object and load it at the other end. `own`: what the receiver alone holds."""
    sender, receiver = ends.sender, ends.receiver
    reset = fresh(sender, ends.machine)
    try:
        # A copy: saving hands to embedded structs what `with` gives them.
        data: bytes = deepcopy(sent).encode()
    except ValueError as error:
        return Happened(unsaved=str(error))
    itself = fresh(sender, ends.machine)
    settle(sender, itself, sender, sent, reset)
    try:
        again = sender.cls.decode(data, base=itself)
    except ValueError as error:
        return Happened(data, unsaved=str(error))
    base = fresh(receiver, ends.machine)
    settle(receiver, base, sender, sent, reset, own)
    try:
        loaded = receiver.cls.decode(data, version_id=ends.version, base=base)
    except ValueError as error:
        return Happened(data, refusal=refusal_of(error), base=base)
    wrong, lost = _Comparison(ends, sent, again, loaded, base).differences()
    return Happened(data, wrong=wrong, lost=lost, loaded=loaded, base=base)


def refusal_of(error: ValueError) -> Refusal:
    """A generated module's DecodeError, whichever module's it is."""
    return Refusal(
        getattr(error, "reason", ""),
        str(error),
        getattr(error, "path", ""),
        getattr(error, "offset", None),
    )


def same(one: Value, other: Value) -> bool:
    """Equal as they stand on the wire: a NaN is itself."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack(">d", one) == struct.pack(">d", other)
    return bool(one == other)


class _Comparison:
    def __init__(self, ends: Ends, sent: Any, again: Any, loaded: Any, base: Any) -> None:
        sender, receiver = ends.sender, ends.receiver
        self.ends = ends
        self.pairing = Pairing(receiver.side, sender.side)
        self.back = Pairing(sender.side, receiver.side)
        self.object = sent
        self.sent = sender.values(sent)
        self.again = sender.values(again)
        self.got = receiver.values(loaded)
        self.held = receiver.values(base)

    def differences(self) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
        wrong: list[Difference] = []
        lost: list[Difference] = []
        arrived: set[Key] = set()
        for key, value in self.got.items():
            meant = self.meant(key)
            there = None if meant is None else self.sent.get(meant)
            held = self.held.get(key, _zero(value))
            found = Difference(key, there, value, meant)
            if meant is None or there is None:
                if not same(value, held):
                    wrong.append(found)
            elif self._is_other_arm(key, meant, value, there):
                wrong.append(found)
            elif same(value, there):
                arrived.add(meant)
            elif _is_collapsed(value, there):
                if there not in (0, 1):
                    lost.append(found)
                    arrived.add(meant)
            elif not same(value, held) and not self._is_own_doing(meant, there):
                wrong.append(found)
        kept, reset = self._kept(), self.ends.sender.values(fresh(self.ends.sender))
        told = {each.sender_key for each in lost}
        for key, value in self.sent.items():
            if key in arrived or key in told or key not in kept:
                continue
            if not same(value, reset.get(key, _zero(value))):
                twin = self._twin(key)
                lost.append(
                    Difference(twin or key, value, None if twin is None else self.got[twin], key)
                )
        return tuple(wrong), tuple(lost)

    def meant(self, key: Key) -> Key | None:
        """The sender's place of what a receiver's place stands for."""
        found = self.pairing.counterpart(key)
        if found is not None:
            return self._standing(found)
        # Nesting is not on the wire: what is called the same and stands for nothing else.
        for other in self.sent:
            if len(key) > 1 and other[1:] == key[1:] and self.back.counterpart(other) is None:
                return other
        return None

    def _standing(self, key: Key) -> Key:
        """A scalar and an array of one are the same on the wire."""
        if key not in self.sent:
            if key[-1] == 0 and key[:-1] in self.sent:
                return key[:-1]
            if (*key, 0) in self.sent and (*key, 1) not in self.sent:
                return (*key, 0)
        return key

    def _twin(self, key: Key) -> Key | None:
        found = self.back.counterpart(key)
        return found if found in self.got else None

    def _is_own_doing(self, key: Key, there: Value) -> bool:
        """The sender's own version gives it another value, too."""
        again = self.again.get(key)
        held = self.ends.sender.values(fresh(self.ends.sender)).get(key, _zero(there))
        return again is not None and not same(again, there) and not same(again, held)

    def _is_other_arm(self, key: Key, meant: Key, value: Value, there: Value) -> bool:
        """The same number by another name, where either side knows the other's name."""
        one, other = self.ends.sender.enum(meant), self.ends.receiver.enum(key)
        if one is None or other is None or value != there:
            return False
        sent = {arm.value: arm.name for arm in one.arms}
        got = {arm.value: arm.name for arm in other.arms}
        for number in sent.keys() & got.keys():
            is_here = bool(value & number) if other.is_flags else value == number
            is_known = sent[number] in got.values() or got[number] in sent.values()
            if is_here and is_known and sent[number] != got[number]:
                return True
        return False

    def _kept(self) -> set[Key]:
        """The sender's places whose value old carries from itself to itself."""
        if self.ends.sender_is_old:
            return {key for key, value in self.sent.items() if same(self.again.get(key), value)}
        old = self.ends.receiver
        as_old = fresh(old, self.ends.machine)
        reset = fresh(self.ends.sender, self.ends.machine)
        settle(old, as_old, self.ends.sender, self.object, reset)
        Conversion(self.ends.sender, old).into(as_old, self.object)
        base = fresh(old, self.ends.machine)
        settle(old, base, old, as_old, fresh(old, self.ends.machine))
        mine = old.values(as_old)
        try:
            again = old.values(old.cls.decode(as_old.encode(), base=base))
        except ValueError:
            return set()  # old cannot hold such a state: it would not have carried it
        kept = set()
        for key, value in mine.items():
            meant = self.pairing.counterpart(key)
            meant = None if meant is None else self._standing(meant)
            if meant in self.sent and same(again.get(key), value) and same(self.sent[meant], value):
                kept.add(meant)
        return kept


class Conversion:
    """From an object of one version to the other's: each field that both have."""

    def __init__(self, source: Program, target: Program) -> None:
        self.source = source
        self.target = target

    def into(self, target: Any, source: Any) -> None:
        one = next(self.source.parts(source))
        other = next(self.target.parts(target))
        self._body(other, one)

    def _body(self, target: Part, source: Part) -> None:
        pairs = names(source.description, target.description)
        theirs = {field.name: field for field in source.description.fields}
        for mine in target.description.fields:
            yours = theirs.get(pairs.get(mine.name, ""))
            if yours is None:
                continue
            value = getattr(source.object, source.names.attributes[yours.name])
            name = target.names.attributes[mine.name]
            before = getattr(target.object, name)
            setattr(target.object, name, self._value(value, yours.type, mine.type, before))
        for sub in target.description.subsections:
            self._subsection(target, source, sub)

    def _subsection(self, target: Part, source: Part, sub: Description) -> None:
        other = twin(sub, target.description, source.description)
        if other is None:
            return
        inner = getattr(source.object, source.names.attributes[other.name])
        if inner is None:
            return
        own = target.names.subsections[sub.name]
        made = getattr(type(target.object), own.simple)()
        setattr(target.object, target.names.attributes[sub.name], made)
        there = source.names.subsections[other.name]
        self._body(Part((), sub, own, made), Part((), other, there, inner))

    def _value(self, value: Any, one: Type | None, other: Type | None, before: Any) -> Any:
        if value is None:
            return before
        match one, other:
            case StructType(name=yours), StructType(name=mine):
                made = self.target.class_of(mine)() if before is None else before
                self._body(
                    self._part(self.target, mine, made), self._part(self.source, yours, value)
                )
                return made
            case (Array() | ListType() | Bytes() | Blob() | Opaque()), (
                Array() | ListType() | Bytes() | Blob() | Opaque()
            ):
                inner, wanted = getattr(one, "element", None), getattr(other, "element", None)
                old = [] if before is None else list(before)
                items = [
                    self._value(each, inner, wanted, old[i] if i < len(old) else None)
                    for i, each in enumerate(value)
                ]
                if _is_fixed(other):
                    items = (items + old[len(items) :])[: len(old)]
                return bytes(int(each) & 255 for each in items) if is_bytes(other) else items
            case _:
                return value

    def _part(self, program: Program, name: str, o: Any) -> Part:
        return Part((), program.side.schema.descriptions[name], program.names[name], o)


def _is_fixed(type_: Type) -> bool:
    match type_:
        case Array(count=length) | Bytes(length=length):
            return constant(length) is not None
        case Opaque(length=size):
            return size is not None
        case _:
            return False


def _is_collapsed(value: Value, there: Value) -> bool:
    """A bool read from a number."""
    return isinstance(value, bool) and not isinstance(there, bool) and value == (there != 0)


def _zero(value: Value) -> Value:
    if isinstance(value, tuple):
        return ()
    return type(value)(0)
