"""From a compared section to findings: refused, values in other fields, or open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from vmsdl.qemu.load_check.section_body import check_footer
from vmsdl.qemu.load_check.section_comparison import (
    ComparedField,
    DifferenceKind,
    FieldDifference,
    SectionComparison,
)
from vmsdl.qemu.load_check.verdict import (
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    OpenQuestion,
    WrongValue,
    ask_about,
)
from vmsdl.qemu.stream.stream import Device


@dataclass(frozen=True, slots=True)
class FieldKnowledge:
    """What is known of the program's fields besides their order.

    `is_complete`: all of them are known, those too that are read under a condition (a dump). Else
    they are those that one stream of the program shows.
    `is_other_release`: the two streams were written by different releases: what differs between
    them is not their state alone.
    `numbers`: what the program's own stream has in its fields, by path; a number that is called a
    version decides what is read.
    """

    is_complete: bool
    is_other_release: bool
    numbers: Mapping[str, int]

    def may_be_conditional(self, one: FieldDifference, sent: Mapping[str, int]) -> bool:
        """Could the program read, or leave out, this field in the state that was sent?"""
        if one.kind is DifferenceKind.SIZE:
            return False
        if one.kind is DifferenceKind.ONLY_READ and one.may_be_empty:
            return True
        if self.is_complete:
            return False
        is_other_state = one.may_be_empty or self.has_other_flags(sent)
        return is_other_state or not self.is_other_layout(sent) or self.reads_older(sent)

    def is_other_layout(self, sent: Mapping[str, int]) -> bool:
        """Does anything besides the fields themselves show that the layouts are not one?"""
        return self.is_other_release or self.reads_newer(sent) or self.reads_older(sent)

    def has_other_flags(self, sent: Mapping[str, int]) -> bool:
        """A flag, or the number of elements of an array of one, that has another value there."""
        return any({value, self.numbers.get(path, value)} == {0, 1} for path, value in sent.items())

    def reads_older(self, sent: Mapping[str, int]) -> bool:
        """A version within the section is older than the program's: it may read another layout."""
        return any(
            _is_version(path) and self.numbers.get(path, value + 1) > value
            for path, value in sent.items()
        )

    def reads_newer(self, sent: Mapping[str, int]) -> bool:
        """A version within the section is newer than any that the program knows."""
        return any(
            _is_version(path) and self.numbers.get(path, value) < value
            for path, value in sent.items()
        )


def _is_version(path: str) -> bool:
    name = path.rpartition(".")[2]
    return "version" in name and name != "version_id"


def check_fields(
    device: Device, comparison: SectionComparison, knowledge: FieldKnowledge, view: memoryview
) -> LoadFindings:
    """What the differences of a section do to a load."""
    for path in comparison.unknown:
        yield OpenQuestion(
            doubt=LoadDoubt.FIELD_NOT_COMPARED,
            section=device.idstr,
            offset=device.section.start,
            name=path,
        )
    differences = [
        one
        for one in comparison.differences
        if knowledge.is_other_release
        or not (one.kind is DifferenceKind.ONLY_READ and one.may_be_empty)
    ]
    if not differences:
        return
    surplus = _add_surplus(differences)
    is_unmeasured = _is_unmeasured(differences, comparison.optional)
    is_open = is_unmeasured or any(
        knowledge.may_be_conditional(one, comparison.numbers) for one in differences
    )
    ways = _find_ways(surplus, comparison.optional)
    # Where the length is another one, and may be right in other states, it is read as it is known.
    moves = _find_common_moves(comparison.fields, ((),) if ways == () and is_open else ways)
    # Where fields changed places, no condition on either of them makes that right.
    is_decided = knowledge.is_complete or knowledge.is_other_layout(comparison.numbers)
    if moves and is_decided and not is_unmeasured:
        is_newer = knowledge.reads_newer(comparison.numbers)
        may_refuse = is_open or (surplus != 0 and not is_newer)
        yield from _tell_moves(device, moves, may_refuse=may_refuse)
    elif surplus == 0 and not moves:
        yield from _ask_about_moved_bytes(device, comparison.fields, view)
    else:
        refusal = _refuse(device, differences[0], surplus, view)
        may_load = is_open or ways != ()
        yield ask_about(refusal, LoadDoubt.LAYOUT_MAY_DIFFER) if may_load else refusal


def _add_surplus(differences: Sequence[FieldDifference]) -> int | None:
    """The bytes that are sent and not read; None: more are read, and nobody knows how many."""
    total = 0
    for one in differences:
        if one.surplus is None:
            return None
        total += one.surplus
    return total


def _is_unmeasured(
    differences: Sequence[FieldDifference], optional: Sequence[tuple[str, int | None]]
) -> bool:
    """Is there more, and also something that takes nobody knows how much?"""
    has_more = any(one.surplus is not None and one.surplus > 0 for one in differences)
    takes_some = any(one.surplus is None for one in differences)
    takes_any = any(size is None for _, size in optional)
    surplus = _add_surplus(differences)
    return has_more and (takes_some or (takes_any and surplus is not None and surplus > 0))


_Way: TypeAlias = tuple[str, ...]
_MOST_WAYS = 256


def _find_ways(
    surplus: int | None, optional: Sequence[tuple[str, int | None]]
) -> tuple[_Way, ...] | None:
    """All sets of fields read under a condition that take exactly what is left.

    Empty: there is none. None: there are more than are worth going through.
    """
    if surplus is None or surplus < 0:
        return ()
    ways: dict[int, list[_Way]] = {0: [()]}
    for path, size in optional:
        for total, found in list(ways.items()) if size else ():
            new = total + (size or 0)
            if new <= surplus:
                ways[new] = [*ways.get(new, []), *((*way, path) for way in found)]
        if sum(map(len, ways.values())) > _MOST_WAYS:
            return None
    return tuple(ways.get(surplus, ()))


def _find_common_moves(
    fields: Sequence[ComparedField], ways: Sequence[_Way] | None
) -> "list[MovedValue]":
    """What lands elsewhere whichever of these fields are read."""
    readings = [find_moves(fields, way) for way in ways or ()]
    first = readings[0] if readings else []
    return [move for move in first if all(move in other for other in readings)]


def _refuse(
    device: Device, difference: FieldDifference, surplus: int | None, view: memoryview
) -> LoadRefusal:
    section = device.section
    refusal = LoadRefusal(
        fault=LoadFault.FOOTER_MISSING,
        section=device.idstr,
        offset=difference.offset,
        path=difference.path,
        received=0,
        local=section.section_id,
        surplus=surplus,
        detail="" if surplus is not None else "the program reads it, and it was not sent",
    )
    if surplus is not None and surplus < 0 and section.stop - surplus < len(view):
        found = check_footer(section, section.stop - surplus, view)
        if found.fault is LoadFault.FOOTER_OF_OTHER_SECTION:
            return found
    return refusal


# Values in other fields ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MovedValue:
    """A field that begins where the program reads another one."""

    sent: str
    arrives_as: str
    offset: int
    value: int | None
    is_exchanged: bool  # the program has a field of that name in another place


def find_moves(fields: Sequence[ComparedField], filled: Sequence[str] = ()) -> list[MovedValue]:
    """What lands elsewhere if the program reads its fields, those of `filled` too, one by one."""
    sent_at = _find_places(fields)
    known = {one.expected for one in fields if one.expected and _is_read(one, filled)}
    moves: list[MovedValue] = []
    place = 0
    for one in fields:
        if one.expected is None or not _is_read(one, filled):
            continue
        found = sent_at.get(place)
        if one.size and found is not None and found is not one:
            assert found.sent is not None
            value = found.sent.value if type(found.sent.value) in (int, bool) else None
            has_both = found.expected in known or one.sent is not None
            moves.append(
                MovedValue(
                    found.sent_path,
                    one.expected,
                    found.sent.offset,
                    value if isinstance(value, int) else None,
                    has_both,
                )
            )
        place += one.size
    # In a stretch that was divided otherwise, no field is in the place of another one.
    return moves if any(move.is_exchanged for move in moves) else []


def _is_read(one: ComparedField, filled: Sequence[str]) -> bool:
    return not one.is_optional or one.expected in filled


def _find_places(fields: Sequence[ComparedField]) -> dict[int, ComparedField]:
    """What was sent, by its place within all that was sent."""
    sent = [one for one in fields if one.sent is not None]
    sizes = [0 if one.sent is None else one.sent.size for one in sent]
    return dict(zip(accumulate(sizes, initial=0), sent, strict=False))


def _tell_moves(
    device: Device, moves: Sequence[MovedValue], *, may_refuse: bool
) -> Iterator[WrongValue]:
    for move in moves:
        yield WrongValue(
            section=device.idstr,
            offset=move.offset,
            path=move.sent,
            arrives_as=move.arrives_as,
            value=move.value,
            may_refuse=may_refuse,
        )


def _ask_about_moved_bytes(
    device: Device, fields: Sequence[ComparedField], view: memoryview
) -> LoadFindings:
    """Bytes that are not zero, in a stretch that both sides divide otherwise."""
    starts = sorted(_find_places(fields).items())
    place = 0
    for one in fields:
        if one.expected is None or one.is_optional:
            continue
        own = one.sent.size if one.sent is not None else 0
        for start, found in starts:
            assert found.sent is not None
            begin = max(place + own, start)
            end = min(place + one.size, start + found.sent.size)
            if found is one or begin >= end:
                continue
            offset = found.sent.offset - start
            if any(view[offset + begin : offset + end]):
                yield OpenQuestion(
                    doubt=LoadDoubt.BYTES_MOVED,
                    section=device.idstr,
                    offset=offset + begin,
                    name=found.sent_path,
                    owner=one.expected,
                )
        place += one.size
