"""An edit between two descriptions, as a rule finds it."""

from collections.abc import Iterable
from dataclasses import field, replace
from typing import TypeAlias

from vmsdl.diff.edits.constraints import Constraint
from vmsdl.diff.edits.pair import Pair, PairMember, PairPath
from vmsdl.diff.matching.moves import Move
from vmsdl.diff.report import ProposedFix
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field
from vmsdl.schema.members import SettableMember
from vmsdl.source import NOWHERE, Span

EditParts: TypeAlias = PairMember | tuple[PairMember, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change, and where it stands on either side: of what is gone, in what it was in.

    `moves`: it can shift what stands behind it. `is_version`: it decides which versions are read.
    `is_body`: it is of a description itself, and not of all that is in it. `reasons`: of effects
    that are its doing and not that of other edits of the same place.
    """

    path: PairPath
    message: str
    old_keys: tuple[PairPath, ...] = ()
    new_keys: tuple[PairPath, ...] = ()
    moves: bool = False
    is_version: bool = False
    is_body: bool = False
    reasons: frozenset[str] = frozenset()
    help: str | None = None
    remedies: tuple[ProposedFix, ...] = ()
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)

    @property
    def only_in(self) -> str | None:
        """The side that has what was edited, where one has not."""
        if bool(self.old_keys) == bool(self.new_keys):
            return None
        return "old" if self.old_keys else "new"


def make_edit(
    pair: Pair,
    old: EditParts,
    new: EditParts,
    message: str,
    *,
    moves: bool = False,
    is_version: bool = False,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """An edit of fields or unused bytes, or of what is on one side alone."""
    before, after = _several(old), _several(new)
    shown = after or before
    owner = pair.new_path if after else pair.old_path
    return Edit(
        path=(*owner, shown[0].name if isinstance(shown[0], Field) else "unused"),
        message=message,
        old_keys=tuple((*pair.old_path, _key(each)) for each in before),
        new_keys=tuple((*pair.new_path, _key(each)) for each in after),
        moves=moves,
        is_version=is_version,
        help=help,
        remedies=tuple(remedies),
        old=before[0].span if before else pair.old.description.span,
        new=after[0].span if after else pair.new.description.span,
    )


def make_body_edit(
    pair: Pair,
    message: str,
    *,
    moves: bool = False,
    is_version: bool = False,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """An edit of the description itself."""
    return Edit(
        path=pair.new_path,
        message=message,
        old_keys=(pair.old_path,),
        new_keys=(pair.new_path,),
        is_body=True,
        moves=moves,
        is_version=is_version,
        help=help,
        remedies=tuple(remedies),
        old=pair.old.description.span,
        new=pair.new.description.span,
    )


def make_member_edit(
    pair: Pair,
    old: SettableMember | None,
    new: SettableMember | None,
    message: str,
    *,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """An edit of a local or a property: it can decide what is sent anywhere in the body."""
    known = new or old
    assert known is not None
    return Edit(
        path=(*pair.new_path, known.name),
        message=message,
        old_keys=(pair.old_path,),
        new_keys=(pair.new_path,),
        moves=True,
        is_body=True,
        help=help,
        remedies=tuple(remedies),
        old=pair.old.description.span if old is None else old.span,
        new=pair.new.description.span if new is None else new.span,
    )


def make_subsection_edit(
    pair: Pair,
    old: Description | None,
    new: Description | None,
    message: str,
    *,
    moves: bool = False,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """An edit of a subsection of the pair, or of one that is on one side alone."""
    name = (new or old or pair.new.description).name
    return Edit(
        path=(*(pair.new_path if new is not None else pair.old_path), name),
        message=message,
        old_keys=() if old is None else ((*pair.old_path, old.name),),
        new_keys=() if new is None else ((*pair.new_path, new.name),),
        moves=moves,
        help=help,
        remedies=tuple(remedies),
        old=pair.old.description.span if old is None else old.span,
        new=pair.new.description.span if new is None else new.span,
    )


def make_constraint_edit(
    pair: Pair,
    demand: Constraint,
    message: str,
    *,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """An edit of what is demanded of a field, or of the body as a whole."""
    if demand.old is not None and demand.new is not None:
        edit = make_edit(pair, demand.old, demand.new, message, help=help, remedies=remedies)
    else:
        edit = make_body_edit(pair, message, help=help, remedies=remedies)
        edit = replace(
            edit,
            old=demand.before[0].span if demand.before else edit.old,
            new=demand.after[0].span if demand.after else edit.new,
        )
    return replace(edit, reasons=frozenset({"check-failed"}))


def make_comparison_edit(
    pair: Pair,
    old: Field,
    new: Field,
    message: str,
    *,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """An edit of what a field is held against: `equal` and `bounded`."""
    edit = make_edit(pair, old, new, message, help=help, remedies=remedies)
    return replace(edit, reasons=frozenset({"not-equal", "out-of-range"}))


def make_move_edit(
    pair: Pair,
    move: Move,
    message: str,
    *,
    help: str | None = None,
    remedies: Iterable[ProposedFix] = (),
) -> Edit:
    """A field of the body or of a subsection of it that is in another of these now."""
    old_in = () if move.old_owner is pair.old.description else (move.old_owner.name,)
    new_in = () if move.new_owner is pair.new.description else (move.new_owner.name,)
    path = (*pair.new_path, *new_in, move.new.name)
    return Edit(
        path=path,
        message=message,
        old_keys=((*pair.old_path, *old_in, move.old.name),),
        new_keys=(path,),
        moves=True,
        help=help,
        remedies=tuple(remedies),
        old=move.old.span,
        new=move.new.span,
    )


def _several(pieces: EditParts) -> tuple[PairMember, ...]:
    if pieces is None:
        return ()
    return pieces if isinstance(pieces, tuple) else (pieces,)


def _key(piece: PairMember) -> str:
    # Unused bytes have no name: they are known by their place, as in `flatten`.
    return piece.name if isinstance(piece, Field) else f"unused {piece.span.start}"
