"""Compares what was sent with what arrived, value by value: what is wrong, and what is lost."""

import struct
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from vmsdl.diff.layout.settings import find_default, find_field
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.matching.splits import find_offset
from vmsdl.expr.logic import FieldPath
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.conversion import Conversion
from vmsdl.replay.presence import is_sent
from vmsdl.replay.program import ReplaySide, Value
from vmsdl.replay.settings import apply_settings
from vmsdl.schema.description import Role
from vmsdl.schema.scalars import SCALARS, ScalarRow


@dataclass(frozen=True, slots=True)
class Ends:
    """The sender and the receiver of a replay, and which of them is the older."""

    sender: ReplaySide
    receiver: ReplaySide
    sender_is_old: bool
    machine: str | None = None

    @property
    def old(self) -> ReplaySide:
        return self.sender if self.sender_is_old else self.receiver

    @property
    def version(self) -> int | None:
        """The version in the header of the section; None for a struct, which has no header."""
        description = self.sender.side.description
        return description.version_id if description.role is Role.DEVICE else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose value is not the one that was sent. `key`: the receiver's, else the sender's.

    `sent`, `arrived`: None where that side has no such field.
    """

    key: FieldPath
    sent: Value | None
    arrived: Value | None
    sender_key: FieldPath | None = None


class Comparison:
    """`sent`: the sender's object. `again`: the same after a save and load by its own version.
    `loaded`, `base`: the receiver's object after and before loading."""

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
        self.loaded = receiver.values(loaded)
        self.before = receiver.values(base)

    def differences(self) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
        """The wrong values, and the lost ones."""
        wrong: list[Difference] = []
        lost: list[Difference] = []
        arrived: set[FieldPath] = set()
        for key, value in self.loaded.items():
            if self._has_same_bytes(key, value, self.pairing, self._read_sent_bytes):
                continue
            sender_key = self.find_sender_key(key)
            there = None if sender_key is None else self.sent.get(sender_key)
            found = Difference(key, there, value, sender_key)
            if self._is_wrong(found):
                wrong.append(found)
            elif sender_key is not None and there is not None and self._has_arrived(value, there):
                arrived.add(sender_key)
            elif sender_key is not None and there is not None and self._is_other_number(found):
                arrived.add(sender_key)
                lost.append(found)
        preserved = self._find_preserved()
        for key, value in self.sent.items():
            is_reset = are_same(value, self._find_reset(key, value))
            if key in arrived or (is_reset and not self._keeps_other_reset_value(key, value)):
                continue
            if key not in preserved and not self._is_skipped_by_old(key):
                continue
            if not self._has_same_bytes(key, value, self.back, self._read_loaded_bytes):
                receiver_key = self._find_receiver_key(key)
                there = None if receiver_key is None else self.loaded.get(receiver_key, 0)
                lost.append(Difference(receiver_key or key, value, there, key))
        return tuple(wrong), tuple(lost)

    def _find_reset(self, key: FieldPath, value: Value) -> Value:
        """The sender's value after reset."""
        known = self.reset.get(key)
        return _find_default(self.ends.sender, key, value) if known is None else known

    def _find_before(self, found: Difference) -> Value:
        """The receiver's value from before loading."""
        known = self.before.get(found.key)
        default = _find_default(self.ends.receiver, found.key, found.arrived)
        return default if known is None else known

    def _keeps_other_reset_value(self, key: FieldPath, value: Value) -> bool:
        """Whether the receiver has another reset value, and still has it."""
        receiver_key = self._find_receiver_key(key)
        before = None if receiver_key is None else self.before.get(receiver_key)
        if receiver_key is None or before is None or receiver_key not in self.loaded:
            return False
        return are_same(self.loaded[receiver_key], before) and not are_same(before, value)

    def _is_wrong(self, found: Difference) -> bool:
        """Whether it is neither the sender's value nor the one from before loading."""
        before = self._find_before(found)
        is_new = not are_same(found.arrived, before)
        if found.sender_key is None or found.sent is None:
            return is_new
        if self._is_other_member(found.key, found.sender_key, found.arrived, found.sent):
            return is_new or self._is_written(found.sender_key, found.sent)
        if self._has_other_clock(found.key, found.sender_key):
            return is_new
        if self._has_arrived(found.arrived, found.sent) or self._is_other_number(found):
            return False
        # Only what the old version does to its own state is no effect of the change.
        is_old = self.ends.sender_is_old
        return is_new and not (is_old and self._is_changed_by_sender(found.sender_key, found.sent))

    def _is_other_number(self, found: Difference) -> bool:
        """Whether its bytes are another number to the receiver: a bool, or one of another sign."""
        assert found.arrived is not None
        assert found.sent is not None
        return _is_truth_value(found.arrived, found.sent) or self._is_resigned(found)

    def _is_resigned(self, found: Difference) -> bool:
        """Whether it is the number that the same bytes are with a sign, or without one. Where the
        value after reset is so too, that is no small matter."""
        assert found.sender_key is not None
        scalars = self.ends.sender.scalar(found.sender_key), self.ends.receiver.scalar(found.key)
        one, other = (SCALARS.get(scalar) for scalar in scalars)
        if one is None or other is None or one.size != other.size:
            return False
        if one.is_signed == other.is_signed or isinstance(found.sent, tuple):
            return False
        before = self._find_before(found)
        if found.arrived == before or found.arrived != _resign(int(found.sent or 0), other):
            return False
        reset = int(self._find_reset(found.sender_key, 0))
        return reset == _resign(reset, other) or _resign(reset, other) == before

    def _has_arrived(self, value: Value, there: Value) -> bool:
        if _is_truth_value(value, there):
            return there in (0, 1)
        return are_same(value, there)

    def find_sender_key(self, key: FieldPath) -> FieldPath | None:
        """The sender's field that a receiver's field is the counterpart of."""
        found = self.pairing.counterpart(key)
        if found is not None:
            return self._adjust_index(found)
        # Nesting is not on the wire: a field of the same name that has no other counterpart.
        for other in self.sent:
            if _has_other_nesting(key, other) and self.back.counterpart(other) is None:
                return other
        return None

    def _adjust_index(self, key: FieldPath) -> FieldPath:
        """The key that the sender has: a scalar and an array of one are the same on the wire."""
        if key not in self.sent:
            if key[-1] == 0 and key[:-1] in self.sent:
                return key[:-1]
            if (*key, 0) in self.sent and (*key, 1) not in self.sent:
                return (*key, 0)
        return key

    def _has_same_bytes(
        self,
        key: FieldPath,
        value: Value,
        pairing: Pairing,
        bytes_at: Callable[[FieldPath, str], bytes],
    ) -> bool:
        """Whether bytes that the other side splits into other fields are the same there."""
        place = pairing.find_split(key)
        at = None if place is None else find_offset(place.split.here, key[place.at :])
        if place is None or at is None:
            return False
        program = self.ends.receiver if pairing is self.pairing else self.ends.sender
        mine = _encode(value, program.scalar(key))
        whole = b"".join(bytes_at(place.there, part.name) for part in place.split.there)
        return whole[at : at + len(mine)] == mine

    def _read_sent_bytes(self, body: FieldPath, name: str) -> bytes:
        return _read_bytes(self.ends.sender, self.sent, (*body, name))

    def _read_loaded_bytes(self, body: FieldPath, name: str) -> bytes:
        return _read_bytes(self.ends.receiver, self.loaded, (*body, name))

    def _find_receiver_key(self, key: FieldPath) -> FieldPath | None:
        found = self.back.counterpart(key)
        is_there = found in self.loaded or (found is not None and self.ends.receiver.is_bit(found))
        return found if is_there else None

    def _is_changed_by_sender(self, key: FieldPath, there: Value) -> bool:
        """Whether the sender's own version changes the value, too."""
        again = self.again.get(key)
        before = self._find_reset(key, there)
        return again is not None and not are_same(again, there) and not are_same(again, before)

    def _is_written(self, key: FieldPath, there: Value) -> bool:
        """Whether the sender writes a value of an enum, and not something in its place."""
        enum = self.ends.sender.enum(key)
        members = () if enum is None else enum.members
        for other in (member.value for member in members if member.value != there):
            changed = deepcopy(self.object)
            try:
                self.ends.sender.put(changed, key, other)
                if changed.encode() != deepcopy(self.object).encode():
                    return True
            except (LookupError, TypeError, ValueError):
                return True
        return False

    def _has_other_clock(self, key: FieldPath, sender_key: FieldPath) -> bool:
        """Whether one side has a timer where the other has a plain number."""
        scalars = self.ends.sender.scalar(sender_key), self.ends.receiver.scalar(key)
        rows = (SCALARS.get(scalar) for scalar in scalars)
        return sum(row is not None and row.is_timer for row in rows) == 1

    def _is_other_member(
        self, key: FieldPath, sender_key: FieldPath, value: Value, there: Value
    ) -> bool:
        """Whether a number has two names in the enums, and one side knows the name of the other."""
        one, other = self.ends.sender.enum(sender_key), self.ends.receiver.enum(key)
        if one is None or other is None or value != there:
            return False
        sent = {member.value: member.name for member in one.members}
        got = {member.value: member.name for member in other.members}
        for number in sent.keys() & got.keys():
            is_here = bool(value & number) if other.is_flags else value == number
            is_known = sent[number] in got.values() or got[number] in sent.values()
            if is_here and is_known and sent[number] != got[number]:
                return True
        return False

    def _find_preserved(self) -> set[FieldPath]:
        """The sender's fields whose values the old version preserves from itself to itself."""
        if self.ends.sender_is_old:
            return {key for key, value in self.sent.items() if are_same(self.again.get(key), value)}
        old = self.ends.receiver
        as_old = make_fresh(old, self.ends.machine)
        reset = make_fresh(self.ends.sender, self.ends.machine)
        apply_settings(old, as_old, self.ends.sender, self.object, reset)
        Conversion(self.ends.sender, old).copy_into(as_old, self.object)
        base = make_fresh(old, self.ends.machine)
        apply_settings(old, base, old, as_old, make_fresh(old, self.ends.machine))
        mine = old.values(as_old)
        if not is_sent(old, as_old):
            return set()
        try:
            again = old.values(old.cls.decode(as_old.encode(), base=base))
        except ValueError:
            return set()  # the old version cannot have such a state
        preserved = set()
        for key, value in mine.items():
            sender_key = self.pairing.counterpart(key)
            sender_key = None if sender_key is None else self._adjust_index(sender_key)
            if (
                sender_key in self.sent
                and are_same(again.get(key), value)
                and are_same(self.sent[sender_key], value)
            ):
                preserved.add(sender_key)
        # A longer bitmap is one value: old preserves it, except for bits that it does not have.
        preserved |= {key for key in self.sent if self._is_bit_of_old(key)}
        return preserved

    def _is_skipped_by_old(self, key: FieldPath) -> bool:
        """Whether it was sent, and the old version skipped it as `unused` bytes."""
        is_new = not self.ends.sender_is_old and self.back.counterpart(key) is None
        if not is_new or not are_same(self.again.get(key), self.sent[key]):
            return False
        other = deepcopy(self.object)
        try:
            self.ends.sender.put(other, key, self._find_reset(key, self.sent[key]))
            data = other.encode()
            loaded = self.ends.receiver.cls.decode(
                data, version_id=self.ends.version, base=self.base
            )
        except (LookupError, TypeError, ValueError):
            return False
        return self.ends.receiver.values(loaded) == self.loaded

    def _is_bit_of_old(self, key: FieldPath) -> bool:
        other = self.back.counterpart(key) if self.ends.sender.is_bit(key) else None
        return other is not None and self.ends.old.is_bit(other)


def are_same(one: Value, other: Value) -> bool:
    """Whether both have the same bytes on the wire. Unlike in Python, a NaN equals itself."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack(">d", one) == struct.pack(">d", other)
    return bool(one == other)


def _has_other_nesting(key: FieldPath, other: FieldPath) -> bool:
    """Whether it is the same field in a struct of another name, or one that only one side has."""
    if len(key) == len(other):
        return len(key) > 1 and key[1:] == other[1:]
    short, long = sorted((key, other), key=len)
    return long[-len(short) :] == short


def _read_bytes(program: ReplaySide, values: Mapping[FieldPath, Value], field: FieldPath) -> bytes:
    """The bytes of a field of integers on the wire."""
    found = [key for key in values if key[: len(field)] == field]
    return b"".join(_encode(values[key], program.scalar(key)) for key in found)


def _encode(value: Value, scalar: str) -> bytes:
    size = SCALARS[scalar].size
    return (int(value) & ((1 << 8 * size) - 1)).to_bytes(size, "big")


def _is_truth_value(value: Value, there: Value) -> bool:
    """Whether it is a bool that was read from a number."""
    return isinstance(value, bool) and not isinstance(there, bool) and value == (there != 0)


def _resign(value: int, row: ScalarRow) -> int:
    """The number that a receiver makes of its bytes."""
    data = (value & ((1 << 8 * row.size) - 1)).to_bytes(row.size, "big")
    return int.from_bytes(data, "big", signed=row.is_signed)


def _find_default(program: ReplaySide, key: FieldPath, value: Value) -> Value:
    """The value of a place in an element that is new: what its field declares, else zero."""
    field = find_field(program.side, key)
    default = None if field is None else find_default(field, program.side.schema)
    return _zero(value) if default is None else default


def _zero(value: Value) -> Value:
    if isinstance(value, tuple):
        return ()
    return type(value)(0)
