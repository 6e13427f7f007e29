"""What hooks leave open: code of a device that no schema shows.

A hook that one version alone has can do anything, unless the schema says what it is for:

- `sets a, b` names all that it changes. Only of these is it open what a receiver has, and only
  where it is the hook that decides: after a load, what the stream brought; before a save, what is
  sent; and where a hook was removed, what nobody sets any more.
- Before a load a hook sets defaults, for what the stream may not have (`docs/devel/migration` of
  QEMU); what arrives replaces them.
- After a load a hook takes over the fields that only older streams have.

Loading hooks run at the receiver, saving hooks at the sender (`migration/vmstate.c`).
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto

from vmsdl.diff.matching.fields import Side, find_counterpart, match_fields
from vmsdl.diff.simulate.reasons import Unknown, UnknownReason, make_unknown
from vmsdl.expr.logic import FieldPath, is_false
from vmsdl.expr.nodes import Extern
from vmsdl.expr.simplify import simplify
from vmsdl.records import dataclass
from vmsdl.schema.description import LOADING_HOOKS, Description, Field, Hook, Role, SetPlace
from vmsdl.schema.traverse import find_reachable, find_struct

# A body and those that own it, innermost first.
Chain = tuple[Description, ...]


@dataclass(frozen=True, slots=True)
class ChangedHook:
    """A hook that one version alone has, or that sets more in one than in the other.

    `chain`: the body where the hook is or sets more; `counterpart`: that of the other version, None
    where it has no such body. `side`: the version that has it. `sets`: what it sets there alone;
    None: it does not say.
    """

    hook: Hook
    chain: Chain
    counterpart: Chain | None
    side: Side
    other_side: Side
    is_of_sender: bool
    sets: tuple[SetPlace, ...] | None

    @property
    def struct(self) -> str | None:
        """The wire name of the struct that it is in."""
        outermost = self.chain[-1]
        return outermost.wire_name if outermost.role is Role.STRUCT else None

    @property
    def runs(self) -> bool:
        """Whether the side that has it is the side that calls it."""
        return self.is_of_sender != (self.hook in LOADING_HOOKS)

    @property
    def role(self) -> str:
        """What it is taken to do, in words; empty: that is not known."""
        name = f"hook {self.hook.value} of `{self.chain[0].wire_name}`"
        places = self.chain[0].find_set_places(self.hook)
        if places:
            return f"{name} sets {list_places(places)} and nothing else"
        if self.hook is Hook.PRE_LOAD:
            return f"{name} only sets defaults before a load"
        older = [each for each in self.chain[0].fields if _is_of_older_streams(self.chain[0], each)]
        if self.hook is Hook.POST_LOAD and older:
            names = ", ".join(f"`{each.name}`" for each in older)
            return f"{name} takes over {names} of older streams"
        return ""


def find_changed_hooks(sender: Side, receiver: Side) -> list[ChangedHook]:
    """Those of a device and of all that it embeds, by the names on the wire."""
    found: list[ChangedHook] = []
    ours, theirs = _find_chains(sender), _find_chains(receiver)
    for is_of_sender, here, there in ((True, ours, theirs), (False, theirs, ours)):
        side, other_side = (sender, receiver) if is_of_sender else (receiver, sender)
        for name, chain in here.items():
            other = there.get(name)
            for hook, sets in _find_more(chain, other):
                found.append(ChangedHook(hook, chain, other, side, other_side, is_of_sender, sets))
    return sorted(found, key=lambda each: (each.chain[0].wire_name, each.hook.value))


def find_hook_reasons(changed: Iterable[ChangedHook], *, sender_is_old: bool) -> Iterator[Unknown]:
    """What is not known because of hooks."""
    silent = [each for each in changed if each.sets is None and not each.role]
    if silent:
        first, *more = silent
        details = first.hook.value, first.chain[0].wire_name
        if more:
            yield make_unknown(UnknownReason.HOOKS_CHANGED, *details, len(more))
        else:
            yield make_unknown(UnknownReason.HOOK_CHANGED, *details)
    for each in changed:
        names = [part for part in each.sets or () if _is_open(each, part, sender_is_old)]
        if names:
            details = each.hook.value, each.chain[0].wire_name
            yield make_unknown(UnknownReason.HOOK_SETS, *details, list_places(names))


def find_rebuilt(receiver: Side) -> "Rebuilt":
    """The places that a hook of the receiver sets on every load."""
    named: dict[int, list[tuple[str, ...]]] = {}
    for chain in _find_chains(receiver).values():
        for hook in LOADING_HOOKS:
            for place in chain[0].find_set_places(hook) or ():
                named.setdefault(id(chain[place.up]), []).append(place.path)
    return Rebuilt(receiver, named)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Places that hooks set. `named`: by the identity of a body, paths that begin in it."""

    side: Side
    named: Mapping[int, list[tuple[str, ...]]]

    def has(self, path: FieldPath) -> bool:
        """Whether a hook sets a place, or something that holds it."""
        body: Description | None = self.side.description if self.named else None
        names = [part for part in path if isinstance(part, str)]
        for number, name in enumerate(names):
            if body is None:
                return False
            rest = tuple(names[number:])
            if any(rest[: len(each)] == each for each in self.named.get(id(body), ())):
                return True
            body = _find_inner(self.side, body, name)
        return False


def _find_inner(side: Side, body: Description, name: str) -> Description | None:
    """The struct of a field, or a subsection."""
    field = next((each for each in body.fields if each.name == name), None)
    struct = None if field is None else find_struct(field.type)
    if struct is not None:
        return side.schema.descriptions[struct.name]
    return next((each for each in body.subsections if each.name == name), None)


def _find_chains(side: Side) -> Mapping[str, Chain]:
    """Every body in reach, with its owners, by its name on the wire."""
    found: dict[str, Chain] = {}
    for body in find_reachable(side.schema, side.description):
        if body.role is not Role.SUBSECTION or body is side.description:
            waiting: list[Chain] = [(body,)]
            while waiting:
                chain = waiting.pop()
                found.setdefault(chain[0].wire_name, chain)
                waiting += [(sub, *chain) for sub in chain[0].subsections]
    return found


def _find_more(
    here: Chain, there: Chain | None
) -> Iterator[tuple[Hook, tuple[SetPlace, ...] | None]]:
    """The hooks that one version has, or that set more there, with what they set."""
    for hook in here[0].hooks:
        sets = here[0].find_set_places(hook)
        if there is not None and hook in there[0].hooks:
            before = there[0].find_set_places(hook)
            if sets is None or before is None:
                continue  # what is written about it changed, and not the hook
            sets = tuple(each for each in sets if each not in before)
            if not sets:
                continue
        yield hook, sets


def _is_open(changed: ChangedHook, place: SetPlace, sender_is_old: bool) -> bool:
    """Whether the other version would have another value in a place that a hook sets."""
    if changed.hook is Hook.POST_SAVE:
        return False
    arrival = _find_arrival(changed, place)
    if changed.runs:
        return arrival is _Arrival.TRAVELS and changed.hook is not Hook.PRE_LOAD
    if changed.is_of_sender != sender_is_old:
        return False  # it was added, and the older version does what it always did
    wanted = _Arrival.TRAVELS if changed.hook is Hook.PRE_SAVE else _Arrival.REMAINS
    return arrival is wanted


class _Arrival(Enum):
    """What becomes of a place that one version sets by a hook."""

    TRAVELS = auto()  # both versions have it in their streams
    REMAINS = auto()  # both have it, and it is not sent, or not always
    GONE = auto()  # the other version does not have it


def _find_arrival(changed: ChangedHook, place: SetPlace) -> _Arrival:
    if changed.counterpart is None or place.up >= len(changed.counterpart):
        return _Arrival.GONE
    own: Description | None = changed.chain[place.up]
    other: Description | None = changed.counterpart[place.up]
    for name in place.path:
        if own is None or other is None:
            return _Arrival.GONE
        sub = next((each for each in own.subsections if each.name == name), None)
        if sub is not None:
            own, other = sub, find_counterpart(sub, own, other)
            continue
        field = next((each for each in own.fields if each.name == name), None)
        former = match_fields(other, own).get(name)
        counterpart = next((each for each in other.fields if each.name == former), None)
        if field is None or counterpart is None:
            known = {each.name for each in (*other.locals, *own.locals)}
            return _Arrival.REMAINS if name in known else _Arrival.GONE
        if _is_never_there(own, field) or _is_never_there(other, counterpart):
            return _Arrival.REMAINS
        own = _find_inner(changed.side, own, name)
        other = _find_inner(changed.other_side, other, counterpart.name)
    return _Arrival.GONE if other is None and own is not None else _Arrival.TRAVELS


def list_places(places: Iterable[SetPlace]) -> str:
    """What a hook sets, for a sentence."""
    return ", ".join(f"`{each.text}`" for each in places)


def _is_never_there(body: Description, field: Field) -> bool:
    """A field that this version of its body does not save."""
    if field.condition is None or isinstance(field.condition, Extern):
        return False
    return is_false(simplify(field.condition, body.version_id))


def _is_of_older_streams(body: Description, field: Field) -> bool:
    """A renamed field that the version of its body does not save any more."""
    return bool(field.formerly) and _is_never_there(body, field)
