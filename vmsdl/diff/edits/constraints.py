"""From two bodies to the constraints on values that one has and the other does not.

A constraint is the condition of a `where` or of a `validate`.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from vmsdl.diff.edits.pair import Pair, once_per_pair
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import and_, collect_operands
from vmsdl.expr.nodes import Binary, Expr, Member, Operator
from vmsdl.expr.text import unparse
from vmsdl.prove.implication import Relation, compare_conditions, normalize_form, rename_members
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Validate

_UPPER = {Operator.LESS: Operator.GREATER, Operator.LESS_EQUAL: Operator.GREATER_EQUAL}


class ConstraintChange(Enum):
    """A kind of change of the constraints on a field, or on a body as a whole."""

    LOWERED = "only an upper bound changed, and it is lower"
    RAISED = "only an upper bound changed, and it is higher"
    ADDED = "there was no constraint"
    DROPPED = "there is no constraint any more"
    TIGHTENED = "fewer states satisfy it, and all of these satisfied the old one"
    LOOSENED = "more states satisfy it, and all that satisfied the old one"
    CHANGED = "neither implies the other, or the prover could not decide"


@dataclass(frozen=True, slots=True)
class BoundChange:
    """The upper bound of a field on both sides; None: no bound."""

    before: Binary | None
    after: Binary | None

    def __str__(self) -> str:
        now, then = (
            "none" if bound is None else _describe_bound(bound)
            for bound in (self.after, self.before)
        )
        return f"changed from {then} to {now}"


@dataclass(frozen=True, slots=True)
class ChangedConstraint:
    """The constraints that only one side has, on one field, or on the body where it is None.

    `before`, `after`: the conditions that only the old and only the new side has.
    `bound`: for LOWERED and RAISED.
    """

    kind: ConstraintChange
    old: Field | None
    new: Field | None
    before: tuple[Expr, ...]
    after: tuple[Expr, ...]
    bound: BoundChange | None

    @property
    def name(self) -> str:
        return "" if self.new is None else self.new.name


@dataclass(frozen=True, slots=True)
class _Constraint:
    """One condition. `field`: the new name of the field that it is on; empty: on the body."""

    field: str
    written: Expr  # as the schema has it
    renamed: Expr  # with the new names of fields


@once_per_pair
def find_constraint_changes(pair: Pair) -> Iterator[ChangedConstraint]:
    """One for each field, and one for the body. The place of a constraint does not matter."""
    names = {old.name: new.name for old, new in pair.kept_fields}
    fields = {new.name: (old, new) for old, new in pair.kept_fields}
    before = list(_collect(pair.old.description, names))
    after = list(_collect(pair.new.description, {name: name for name in fields}))
    lost, gained = _subtract(before, after), _subtract(after, before)
    enums = {**pair.old.schema.enums, **pair.new.schema.enums}
    for field in dict.fromkeys(each.field for each in (*lost, *gained)):
        one, other = (
            and_(*(each.renamed for each in side if each.field == field))
            for side in (before, after)
        )
        relation = compare_conditions(one, other, enums)
        olds = [each for each in lost if each.field == field]
        news = [each for each in gained if each.field == field]
        bound = _find_bound(olds, news, field, names)
        kind = _classify(relation, olds, news, is_bound=bound is not None)
        if kind is not None:
            old, new = fields.get(field, (None, None))
            yield ChangedConstraint(
                kind,
                old,
                new,
                tuple(each.written for each in olds),
                tuple(each.written for each in news),
                bound if kind in (ConstraintChange.LOWERED, ConstraintChange.RAISED) else None,
            )


def _collect(body: Description, names: Mapping[str, str]) -> Iterator[_Constraint]:
    """The constraints on the body and on the fields that both sides have.

    Those of other fields come and go with their fields.
    """
    for step in body.steps:
        match step:
            case Field(name=name, checks=checks) if name in names:
                for check in checks:
                    condition = check.condition
                    yield _Constraint(names[name], condition, rename_members(condition, names))
            case Validate(condition=condition):
                yield _Constraint("", condition, rename_members(condition, names))
            case _:
                pass


def _subtract(these: list[_Constraint], others: list[_Constraint]) -> list[_Constraint]:
    known = {normalize_form(each.renamed) for each in others}
    return [each for each in these if normalize_form(each.renamed) not in known]


def _classify(
    relation: Relation, olds: list[_Constraint], news: list[_Constraint], *, is_bound: bool
) -> ConstraintChange | None:
    """None: the same states satisfy both."""
    match relation:
        case Relation.TIGHTER if is_bound:
            return ConstraintChange.LOWERED
        case Relation.LOOSER if is_bound:
            return ConstraintChange.RAISED
        case _ if not olds:
            return ConstraintChange.ADDED
        case _ if not news:
            return ConstraintChange.DROPPED
        case Relation.SAME:
            return None
        case Relation.TIGHTER:
            return ConstraintChange.TIGHTENED
        case Relation.LOOSER:
            return ConstraintChange.LOOSENED
        case _:
            return ConstraintChange.CHANGED


def _find_bound(
    olds: list[_Constraint], news: list[_Constraint], field: str, names: Mapping[str, str]
) -> BoundChange | None:
    """The upper bound of the field, where nothing else differs."""
    before, after = list(_find_conjuncts(olds, names)), list(_find_conjuncts(news, {}))
    lost, gained = _subtract(before, after), _subtract(after, before)
    if not field or len(lost) > 1 or len(gained) > 1:
        return None
    if not all(_is_upper_bound(each.renamed, field) for each in (*lost, *gained)):
        return None
    one, other = (next((each.written for each in side), None) for side in (lost, gained))
    assert one is None or isinstance(one, Binary)
    assert other is None or isinstance(other, Binary)
    return BoundChange(one, other)


def _find_conjuncts(
    constraints: list[_Constraint], names: Mapping[str, str]
) -> Iterator[_Constraint]:
    for each in constraints:
        for part in collect_operands(each.written, Operator.AND):
            yield _Constraint(each.field, part, rename_members(part, names))


def join_conditions(conditions: Iterable[Expr]) -> str:
    """Several conditions as one, as a schema writes it, in backquotes."""
    return f"`{unparse(and_(*conditions))}`"


def find_limit(bound: Binary) -> Expr:
    """The side of an upper bound that is not the field."""
    return bound.right if bound.operator in _UPPER else bound.left


def _describe_bound(bound: Binary) -> str:
    """An upper bound, inclusive where it is a number."""
    is_strict = bound.operator in (Operator.LESS, Operator.GREATER)
    value = fold_constant(find_limit(bound))
    if value is None:
        return f"`{unparse(find_limit(bound))}`" + (" (exclusive)" if is_strict else "")
    return str(int(value) - is_strict)


def _is_upper_bound(e: Expr, name: str) -> bool:
    """It compares the field with something that the field may not exceed, and does nothing else."""
    match e:
        case Binary(operator=operator, left=Member(up=0, name=own)) if operator in _UPPER:
            return own == name
        case Binary(operator=operator, right=Member(up=0, name=own)):
            return operator in _UPPER.values() and own == name
        case _:
            return False
