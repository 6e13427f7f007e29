"""From two bodies to what one demands of its values and the other does not: `where`, `validate`."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import and_, collect_operands
from vmsdl.expr.nodes import Binary, Expr, Member, Operator
from vmsdl.expr.text import unparse
from vmsdl.prove.implication import Relation, compare_conditions, normalize_form, rename_members
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Validate

if TYPE_CHECKING:
    from vmsdl.diff.edits.pair import Pair

_UPPER = {Operator.LESS: Operator.GREATER, Operator.LESS_EQUAL: Operator.GREATER_EQUAL}


class ConstraintChange(Enum):
    """What became of a demand."""

    LOWERED = "an upper bound, and lower than it was"
    RAISED = "an upper bound, and higher than it was"
    ADDED = "nothing was demanded there"
    DROPPED = "nothing is demanded there any more"
    TIGHTENED = "fewer states satisfy it, and none that did not"
    LOOSENED = "more states satisfy it, and all that did"
    CHANGED = "neither follows from the other, or it is not decided"


@dataclass(frozen=True, slots=True)
class UpperBound:
    """A field is not above something; None: it was not, or is not, bounded."""

    before: Binary | None
    after: Binary | None

    def __str__(self) -> str:
        now, then = (
            "not bounded" if each is None else _words(each) for each in (self.after, self.before)
        )
        return f"is {now}, and was {then}"


@dataclass(frozen=True, slots=True)
class Constraint:
    """Of a field, or of the body where `old` and `new` are None: what is demanded of it on one
    side alone. `bound`: nothing else, where it is lowered or raised."""

    old: Field | None
    new: Field | None
    before: tuple[Expr, ...]
    after: tuple[Expr, ...]
    ruled: ConstraintChange
    bound: UpperBound | None

    @property
    def name(self) -> str:
        return "" if self.new is None else self.new.name


@dataclass(frozen=True, slots=True)
class _Asked:
    """One condition. `place`: the field it is of, by its new name, or nothing."""

    place: str
    said: Expr  # as it is written
    told: Expr  # in the words of the new side


def find_constraints(pair: "Pair") -> Iterator[Constraint]:
    """Where it stands does not matter: what both sides demand of one body is no difference."""
    kept = list(pair.kept)
    names = {old.name: new.name for old, new in kept}
    before = list(_asked(pair.old.description, names))
    after = list(_asked(pair.new.description, {new.name: new.name for _, new in kept}))
    lost, found = _apart(before, after), _apart(after, before)
    enums = {**pair.old.schema.enums, **pair.new.schema.enums}
    fields = {new.name: (old, new) for old, new in kept}
    for place in dict.fromkeys(each.place for each in (*lost, *found)):
        one, other = (and_(*(e.told for e in all_ if e.place == place)) for all_ in (before, after))
        relation = compare_conditions(one, other, enums)
        was = [each for each in lost if each.place == place]
        now = [each for each in found if each.place == place]
        bound = _bound(was, now, place, names)
        ruled = _ruled(relation, was, now, is_bound=bound is not None)
        if ruled is not None:
            old, new = fields.get(place, (None, None))
            yield Constraint(
                old,
                new,
                tuple(each.said for each in was),
                tuple(each.said for each in now),
                ruled,
                bound if ruled in (ConstraintChange.LOWERED, ConstraintChange.RAISED) else None,
            )


def _asked(body: Description, names: dict[str, str]) -> Iterator[_Asked]:
    """Of the body and of its fields that both sides have; those of others come and go with them."""
    for step in body.steps:
        match step:
            case Field(name=name, checks=checks) if name in names:
                for check in checks:
                    condition = check.condition
                    yield _Asked(names[name], condition, rename_members(condition, names))
            case Validate(condition=condition):
                yield _Asked("", condition, rename_members(condition, names))
            case _:
                pass


def _apart(these: list[_Asked], others: list[_Asked]) -> list[_Asked]:
    known = {normalize_form(each.told) for each in others}
    return [each for each in these if normalize_form(each.told) not in known]


def _ruled(
    relation: Relation, was: list[_Asked], now: list[_Asked], *, is_bound: bool
) -> ConstraintChange | None:
    match relation:
        case Relation.TIGHTER if is_bound:
            return ConstraintChange.LOWERED
        case Relation.LOOSER if is_bound:
            return ConstraintChange.RAISED
        case _ if not was:
            return ConstraintChange.ADDED
        case _ if not now:
            return ConstraintChange.DROPPED
        case Relation.SAME:
            return None
        case Relation.TIGHTER:
            return ConstraintChange.TIGHTENED
        case Relation.LOOSER:
            return ConstraintChange.LOOSENED
        case _:
            return ConstraintChange.CHANGED


def _bound(
    was: list[_Asked], now: list[_Asked], place: str, names: Mapping[str, str]
) -> UpperBound | None:
    """Where all that differs is one upper bound of the field."""
    before, after = list(_parts(was, names)), list(_parts(now, {}))
    lost, found = _apart(before, after), _apart(after, before)
    if not place or len(lost) > 1 or len(found) > 1:
        return None
    if not all(_is_bound(each.told, place) for each in (*lost, *found)):
        return None
    one, other = (next((each.said for each in all_), None) for all_ in (lost, found))
    assert one is None or isinstance(one, Binary)
    assert other is None or isinstance(other, Binary)
    return UpperBound(one, other)


def _parts(all_: list[_Asked], names: Mapping[str, str]) -> Iterator[_Asked]:
    for each in all_:
        for part in collect_operands(each.said, Operator.AND):
            yield _Asked(each.place, part, rename_members(part, names))


def join_conditions(conditions: Iterable[Expr]) -> str:
    return f"`{unparse(and_(*conditions))}`"


def find_limit(bound: Binary) -> Expr:
    return bound.right if bound.operator in _UPPER else bound.left


def _words(bound: Binary) -> str:
    """An upper bound: "at most 64"."""
    is_strict = bound.operator in (Operator.LESS, Operator.GREATER)
    value = fold_constant(find_limit(bound))
    if value is None:
        return f"{'below' if is_strict else 'at most'} `{unparse(find_limit(bound))}`"
    return f"at most {int(value) - is_strict}"


def _is_bound(e: Expr, name: str) -> bool:
    """It says no more than that the field is not above something."""
    match e:
        case Binary(operator=operator, left=Member(up=0, name=own)) if operator in _UPPER:
            return own == name
        case Binary(operator=operator, right=Member(up=0, name=own)):
            return operator in _UPPER.values() and own == name
        case _:
            return False
