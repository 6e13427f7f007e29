"""What a rule is: it sees two descriptions of one thing and tells what was edited."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from vmsdl.diff.match import Side, names, twin
from vmsdl.schema.description import Description, Field
from vmsdl.source import NOWHERE, Span

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two descriptions of one thing, and where they stand, by the names of either side."""

    old: Side
    new: Side
    old_path: Path = ()
    new_path: Path = ()
    is_top: bool = True

    @property
    def fields(self) -> list[tuple[Field | None, Field | None]]:
        """Each field with what stands for it: new ones in order, those that are gone first."""
        pairs = names(self.old.description, self.new.description)
        theirs = {f.name: f for f in self.old.description.fields}
        found: list[tuple[Field | None, Field | None]] = [
            (f, None) for f in self.old.description.fields if f.name not in pairs.values()
        ]
        for f in self.new.description.fields:
            found.append((theirs.get(pairs[f.name]) if f.name in pairs else None, f))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change. `moves`: it can shift what stands behind it."""

    path: Path
    message: str
    old_keys: tuple[Path, ...] = ()
    new_keys: tuple[Path, ...] = ()
    moves: bool = False
    is_version: bool = False
    is_body: bool = False  # of a description itself, not of all that is in it
    help: str | None = None
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """`slug` is its name everywhere; its text is the docstring of its file."""

    slug: str
    find: Callable[[Pair], Iterator[Edit]]


def edited(
    pair: Pair,
    old: Field | None,
    new: Field | None,
    message: str,
    *,
    moves: bool = False,
    is_version: bool = False,
    help: str | None = None,
) -> Edit:
    """An edit of a field, or of one that is only on one side."""
    path: Path = pair.new_path
    if new is not None:
        path = (*pair.new_path, new.name)
    elif old is not None:
        path = (*pair.old_path, old.name)
    return Edit(
        path=path,
        message=message,
        old_keys=() if old is None else ((*pair.old_path, old.name),),
        new_keys=() if new is None else ((*pair.new_path, new.name),),
        moves=moves,
        is_version=is_version,
        help=help,
        old=pair.old.description.span if old is None else old.span,
        new=pair.new.description.span if new is None else new.span,
    )


def edited_body(
    pair: Pair,
    message: str,
    *,
    moves: bool = False,
    is_version: bool = False,
    help: str | None = None,
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
        old=pair.old.description.span,
        new=pair.new.description.span,
    )


def edited_subsection(
    pair: Pair,
    old: Description | None,
    new: Description | None,
    message: str,
    *,
    help: str | None = None,
    moves: bool = False,
) -> Edit:
    name = (new or old or pair.new.description).name
    return Edit(
        path=(*(pair.new_path if new is not None else pair.old_path), name),
        message=message,
        old_keys=() if old is None else ((*pair.old_path, old.name),),
        new_keys=() if new is None else ((*pair.new_path, new.name),),
        moves=moves,
        help=help,
        old=pair.old.description.span if old is None else old.span,
        new=pair.new.description.span if new is None else new.span,
    )


def subsections(pair: Pair) -> list[tuple[Description | None, Description | None]]:
    """Each subsection with the one of its name on the wire."""
    one, other = pair.old.description, pair.new.description
    found: list[tuple[Description | None, Description | None]] = [
        (s, None) for s in one.subsections if twin(s, one, other) is None
    ]
    return found + [(twin(s, other, one), s) for s in other.subsections]


def described(description: Description) -> str:
    return f'{description.role.value} "{description.name}"'
