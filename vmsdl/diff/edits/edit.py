"""An edit: what a rule found in a pair, where it is, and what it can cause."""

from collections.abc import Iterable
from dataclasses import field
from typing import TypeAlias

from vmsdl.diff.edits.field_changes import PairMember
from vmsdl.diff.edits.pair import Pair, PairPath
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import ProposedFix
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Unused
from vmsdl.schema.members import SettableMember
from vmsdl.source import NOWHERE, Span

# What an edit can be of on one side. A description is the body of the pair, or a subsection of it.
# None: that side does not have it.
Edited: TypeAlias = PairMember | tuple[PairMember, ...] | Description | SettableMember | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change. Effects of a migration are attributed to edits by what follows.

    `path`: where a reader looks for it, below the device.
    `old_paths`, `new_paths`: what was edited on either side; empty: that side does not have it.
    `is_body`: the paths stand for the bodies themselves, and not for everything inside them.
    `shifts`: it can change where following bytes are read. `changes_version`: it can change which
    versions a side writes or accepts. `changes_hook`: it adds, removes or moves the code of a hook,
    which no schema shows. `reasons`: effects for these reasons are effects of this edit
    rather than of other edits of the same field.
    `machine_types`: those that it is about; empty: all.
    `old`, `new`: the text to show; where a side does not have what was edited, that of its body.
    """

    path: PairPath
    message: str
    old_paths: tuple[PairPath, ...] = ()
    new_paths: tuple[PairPath, ...] = ()
    is_body: bool = False
    shifts: bool = False
    changes_version: bool = False
    changes_hook: bool = False
    reasons: frozenset[EffectReason] = frozenset()
    machine_types: tuple[str, ...] = ()
    help: str | None = None
    fixes: tuple[ProposedFix, ...] = ()
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)

    @property
    def only_in(self) -> str | None:
        """ "old" or "new", where only that side has what was edited."""
        if bool(self.old_paths) == bool(self.new_paths):
            return None
        return "old" if self.old_paths else "new"


def make_edit(
    pair: Pair,
    old: Edited,
    new: Edited,
    message: str,
    *,
    shifts: bool = False,
    changes_version: bool = False,
    changes_hook: bool = False,
    reasons: Iterable[EffectReason] = (),
    machine_types: Iterable[str] = (),
    help: str | None = None,
    fixes: Iterable[ProposedFix] = (),
    old_span: Span | None = None,
    new_span: Span | None = None,
) -> Edit:
    """An edit of `old` into `new`; one of them is None where it was added or removed.

    The edit of a local or a property is an edit of its body that shifts: it can decide what is
    sent anywhere in the body. `old_span`, `new_span`: the text to show, if it is a part of `old`
    and `new`.
    """
    before = _find_place(pair.old, pair.old_path, old)
    after = _find_place(pair.new, pair.new_path, new)
    is_settable = before.is_settable or after.is_settable
    if is_settable:  # both sides have the body, even where one does not have the member
        before = _Place(before.path, (pair.old_path,), before.span, is_body=True)
        after = _Place(after.path, (pair.new_path,), after.span, is_body=True)
    return Edit(
        path=before.path if new is None else after.path,
        message=message,
        old_paths=before.paths,
        new_paths=after.paths,
        is_body=before.is_body or after.is_body,
        shifts=shifts or is_settable,
        changes_version=changes_version,
        changes_hook=changes_hook,
        reasons=frozenset(reasons),
        machine_types=tuple(machine_types),
        help=help,
        fixes=tuple(fixes),
        old=old_span or before.span,
        new=new_span or after.span,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an edit is on one side."""

    path: PairPath
    paths: tuple[PairPath, ...]
    span: Span
    is_body: bool = False
    is_settable: bool = False


def _find_place(side: Side, body: PairPath, edited: Edited) -> _Place:
    match edited:
        case None:
            return _Place(body, (), side.description.span)
        case Description():
            if edited is side.description:
                return _Place(body, (body,), edited.span, is_body=True)
            path = (*body, edited.name)
            return _Place(path, (path,), edited.span)
        case Field() | Unused():
            return _find_place(side, body, (edited,))
        case tuple():
            first = edited[0]
            path = (*body, first.name if isinstance(first, Field) else "unused")
            return _Place(path, tuple((*body, _make_key(each)) for each in edited), first.span)
        case settable:
            return _Place((*body, settable.name), (body,), settable.span, is_settable=True)


def _make_key(member: PairMember) -> str:
    # Unused bytes have no name: `flatten` gives them their place in the text as a key.
    return member.name if isinstance(member, Field) else f"unused {member.span.start}"
