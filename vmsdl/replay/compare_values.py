"""What was sent held against what arrived, value by value: which are wrong, which are lost."""

import struct
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.matching.splits import find_offset
from vmsdl.expr.logic import FieldPath
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.conversion import Conversion
from vmsdl.replay.presence import is_sent
from vmsdl.replay.program import ReplaySide, Value
from vmsdl.replay.settings import apply_settings
from vmsdl.schema.description import Role
from vmsdl.schema.scalars import SCALARS


@dataclass(frozen=True, slots=True)
class Ends:
    """Two programs, and which of them is the older."""

    sender: ReplaySide
    receiver: ReplaySide
    sender_is_old: bool
    machine: str | None = None

    @property
    def old(self) -> ReplaySide:
        return self.sender if self.sender_is_old else self.receiver

    @property
    def version(self) -> int | None:
        """What stands at the head of the section. A struct has none: each end has its own."""
        description = self.sender.side.description
        return description.version_id if description.role is Role.DEVICE else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that does not hold what was sent. `key`: the receiver's, else the sender's."""

    key: FieldPath
    sent: Value | None  # None: the sender has no such field
    arrived: Value | None  # None: the receiver has none
    sender_key: FieldPath | None = None


class Comparison:
    """What was sent, what the sender's own version makes of it, and what arrived."""

    def __init__(self, ends: Ends, sent: Any, again: Any, loaded: Any, base: Any) -> None:
        sender, receiver = ends.sender, ends.receiver
        self.ends = ends
        self.pairing = Pairing(receiver.side, sender.side)
        self.back = Pairing(sender.side, receiver.side)
        self.object = sent
        self.base = base
        self.reset = sender.values(make_fresh(sender, ends.machine))
        self.sent = sender.values(sent)
        self.again = sender.values(again)
        self.got = receiver.values(loaded)
        self.held = receiver.values(base)

    def differences(self) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
        """What is wrong, and what is lost."""
        wrong: list[Difference] = []
        lost: list[Difference] = []
        arrived: set[FieldPath] = set()
        for key, value in self.got.items():
            if self._is_in_place(key, value, self.pairing, self._sent_bytes):
                continue
            meant = self.meant(key)
            there = None if meant is None else self.sent.get(meant)
            found = Difference(key, there, value, meant)
            if self._is_wrong(found):
                wrong.append(found)
            elif meant is not None and there is not None and self._has_arrived(value, there):
                arrived.add(meant)
            elif meant is not None and there is not None and _is_collapsed(value, there):
                arrived.add(meant)
                lost.append(found)
        kept = self._kept()
        for key, value in self.sent.items():
            is_reset = are_same(value, self.reset.get(key, _zero(value)))
            if key in arrived or (is_reset and not self._begins_otherwise(key, value)):
                continue
            if key not in kept and not self._is_swallowed(key):
                continue
            if not self._is_in_place(key, value, self.back, self._got_bytes):
                twin = self._twin(key)
                there = None if twin is None else self.got.get(twin, 0)
                lost.append(Difference(twin or key, value, there, key))
        return tuple(wrong), tuple(lost)

    def _begins_otherwise(self, key: FieldPath, value: Value) -> bool:
        """The receiver has another value after reset, and still holds it."""
        twin = self._twin(key)
        held = None if twin is None else self.held.get(twin)
        if twin is None or held is None or twin not in self.got:
            return False
        return are_same(self.got[twin], held) and not are_same(held, value)

    def _is_wrong(self, found: Difference) -> bool:
        """It is neither the sender's value nor what was held before."""
        held = self.held.get(found.key, _zero(found.arrived))
        is_new = not are_same(found.arrived, held)
        if found.sender_key is None or found.sent is None:
            return is_new
        if self._is_other_arm(found.key, found.sender_key, found.arrived, found.sent):
            return True
        if self._is_other_clock(found.key, found.sender_key):
            return is_new
        if self._has_arrived(found.arrived, found.sent) or _is_collapsed(found.arrived, found.sent):
            return False
        return is_new and not self._is_own_doing(found.sender_key, found.sent)

    def _has_arrived(self, value: Value, there: Value) -> bool:
        if _is_collapsed(value, there):
            return there in (0, 1)
        return are_same(value, there)

    def meant(self, key: FieldPath) -> FieldPath | None:
        """The sender's place of what a receiver's place stands for."""
        found = self.pairing.counterpart(key)
        if found is not None:
            return self._standing(found)
        # Nesting is not on the wire: what is called the same and stands for nothing else.
        for other in self.sent:
            if _is_nested_otherwise(key, other) and self.back.counterpart(other) is None:
                return other
        return None

    def _standing(self, key: FieldPath) -> FieldPath:
        """A scalar and an array of one are the same on the wire."""
        if key not in self.sent:
            if key[-1] == 0 and key[:-1] in self.sent:
                return key[:-1]
            if (*key, 0) in self.sent and (*key, 1) not in self.sent:
                return (*key, 0)
        return key

    def _is_in_place(
        self,
        key: FieldPath,
        value: Value,
        pairing: Pairing,
        bytes_at: Callable[[FieldPath, str], bytes],
    ) -> bool:
        """Of a stretch that the other side splits otherwise: the bytes that stand there, too."""
        place = pairing.find_split(key)
        at = None if place is None else find_offset(place.split.here, key[place.at :])
        if place is None or at is None:
            return False
        program = self.ends.receiver if pairing is self.pairing else self.ends.sender
        mine = _bytes_of(value, program.scalar(key))
        whole = b"".join(bytes_at(place.there, part.name) for part in place.split.there)
        return whole[at : at + len(mine)] == mine

    def _sent_bytes(self, body: FieldPath, name: str) -> bytes:
        return _stretch(self.ends.sender, self.sent, (*body, name))

    def _got_bytes(self, body: FieldPath, name: str) -> bytes:
        return _stretch(self.ends.receiver, self.got, (*body, name))

    def _twin(self, key: FieldPath) -> FieldPath | None:
        found = self.back.counterpart(key)
        is_there = found in self.got or (found is not None and self.ends.receiver.is_bit(found))
        return found if is_there else None

    def _is_own_doing(self, key: FieldPath, there: Value) -> bool:
        """The sender's own version gives it another value, too."""
        again = self.again.get(key)
        held = self.reset.get(key, _zero(there))
        return again is not None and not are_same(again, there) and not are_same(again, held)

    def _is_other_clock(self, key: FieldPath, meant: FieldPath) -> bool:
        """One side's number is the other's deadline, or none."""
        scalars = self.ends.sender.scalar(meant), self.ends.receiver.scalar(key)
        rows = (SCALARS.get(scalar) for scalar in scalars)
        return sum(row is not None and row.is_timer for row in rows) == 1

    def _is_other_arm(self, key: FieldPath, meant: FieldPath, value: Value, there: Value) -> bool:
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

    def _kept(self) -> set[FieldPath]:
        """The sender's places whose value old carries from itself to itself."""
        if self.ends.sender_is_old:
            return {key for key, value in self.sent.items() if are_same(self.again.get(key), value)}
        old = self.ends.receiver
        as_old = make_fresh(old, self.ends.machine)
        reset = make_fresh(self.ends.sender, self.ends.machine)
        apply_settings(old, as_old, self.ends.sender, self.object, reset)
        Conversion(self.ends.sender, old).into(as_old, self.object)
        base = make_fresh(old, self.ends.machine)
        apply_settings(old, base, old, as_old, make_fresh(old, self.ends.machine))
        mine = old.values(as_old)
        if not is_sent(old, as_old):
            return set()
        try:
            again = old.values(old.cls.decode(as_old.encode(), base=base))
        except ValueError:
            return set()  # old cannot hold such a state: it would not have carried it
        kept = set()
        for key, value in mine.items():
            meant = self.pairing.counterpart(key)
            meant = None if meant is None else self._standing(meant)
            if (
                meant in self.sent
                and are_same(again.get(key), value)
                and are_same(self.sent[meant], value)
            ):
                kept.add(meant)
        # A longer bitmap is one value: old keeps it but for the bits that it has not.
        kept |= {key for key in self.sent if self._is_bit_of_old(key)}
        return kept

    def _is_swallowed(self, key: FieldPath) -> bool:
        """It was sent, and old took it for nothing: `unused` bytes, which it carries."""
        is_new = not self.ends.sender_is_old and self.back.counterpart(key) is None
        if not is_new or not are_same(self.again.get(key), self.sent[key]):
            return False
        other = deepcopy(self.object)
        try:
            self.ends.sender.put(other, key, self.reset.get(key, _zero(self.sent[key])))
            data = other.encode()
            loaded = self.ends.receiver.cls.decode(
                data, version_id=self.ends.version, base=self.base
            )
        except (LookupError, TypeError, ValueError):
            return False
        return self.ends.receiver.values(loaded) == self.got

    def _is_bit_of_old(self, key: FieldPath) -> bool:
        other = self.back.counterpart(key) if self.ends.sender.is_bit(key) else None
        return other is not None and self.ends.old.is_bit(other)


def are_same(one: Value, other: Value) -> bool:
    """Equal as they stand on the wire: a NaN is itself."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack(">d", one) == struct.pack(">d", other)
    return bool(one == other)


def _is_nested_otherwise(key: FieldPath, other: FieldPath) -> bool:
    """The same place in a struct by another name, or in one that is there on one side alone."""
    if len(key) == len(other):
        return len(key) > 1 and key[1:] == other[1:]
    short, long = sorted((key, other), key=len)
    return long[-len(short) :] == short


def _stretch(program: ReplaySide, values: Mapping[FieldPath, Value], field: FieldPath) -> bytes:
    """A field of integers as it stands on the wire."""
    found = [key for key in values if key[: len(field)] == field]
    return b"".join(_bytes_of(values[key], program.scalar(key)) for key in found)


def _bytes_of(value: Value, scalar: str) -> bytes:
    size = SCALARS[scalar].size
    return (int(value) & ((1 << 8 * size) - 1)).to_bytes(size, "big")


def _is_collapsed(value: Value, there: Value) -> bool:
    """A bool read from a number."""
    return isinstance(value, bool) and not isinstance(there, bool) and value == (there != 0)


def _zero(value: Value) -> Value:
    if isinstance(value, tuple):
        return ()
    return type(value)(0)
