"""What the diff says of one state: its conditions, worked out by the tests' own interpreter."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from tests.support.interpreter.evaluate import CannotEvaluate, State, evaluate
from tests.support.interpreter.states import scope
from tests.support.pipeline import Compiled, imported
from vmsdl.build.in_memory import GeneratedModules
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.emit import emit
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import FieldPath, find_path
from vmsdl.expr.nodes import (
    Expr,
    Extern,
    ExternPresence,
    Literal,
    ReceiverValue,
    with_children,
)
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.witness import Witness
from vmsdl.replay.program import ReplaySide
from vmsdl.schema.members import SettableMember, find_settable_members
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Scalar


class Unsaid(Exception):
    """A condition that hangs on what is neither in the state nor in the receiver."""


def said(result: MigrationResult, holds: Callable[[Expr], bool]) -> str | None:
    """What the report says of one state; None: it leaves it open."""
    kinds = set()
    for shown in result.shown:
        try:
            if shown.is_always or holds(shown.condition):
                if not shown.is_certain:
                    return None
                kinds.add(shown.effect.kind)
        except Unsaid:
            return None
    words = {
        EffectKind.REFUSED: "refused",
        EffectKind.CORRUPT: "corrupt",
        EffectKind.LOSSY: "lossy",
    }
    return next((word for kind, word in words.items() if kind in kinds), "ok")


def holder(side: Side, state: State, receiver: Mapping[FieldPath, Any]) -> Callable[[Expr], bool]:
    """Whether a condition holds of a state. `receiver`: its values before it loads."""
    here = scope(side.schema, side.description, state, (), side.description.version_id)

    def known(part: Expr) -> Expr:
        match part:
            case ReceiverValue(path=path):
                if path not in receiver:
                    raise Unsaid(unparse(part))
                return Literal(type=part.type, value=receiver[path])
            case ExternPresence(path=path):
                return Literal(type=part.type, value=_is_present(path, side, state))
            case _:
                return with_children(part, known)

    def holds(condition: Expr) -> bool:
        try:
            return bool(evaluate(known(condition), here))
        except (CannotEvaluate, StopIteration) as error:  # no such value, no such place
            raise Unsaid(str(error)) from None

    return holds


def _is_present(key: FieldPath, side: Side, state: State) -> bool:
    ours = {f.name for f in side.description.fields if isinstance(f.condition, Extern)}
    ours |= {s.name for s in side.description.subsections if isinstance(s.needed, Extern)}
    if not key or key[0] not in ours:
        raise Unsaid(format_path(key))  # it is the receiver's
    here: Any = state
    for part in key:
        here = None if here is None else here[part]
    return here is not None


def program_of(side: Side) -> tuple[ReplaySide, Compiled]:
    texts = {file.name.removesuffix(".py"): file.text for file in emit(side.schema)}
    made = Compiled(side.schema, imported(texts), texts)
    return ReplaySide(side, GeneratedModules(side.schema, texts, made.modules)), made


def shares(one: Side, other: Side, names: Mapping[str, Any]) -> bool:
    """Whether both have these locals and properties, with one default."""
    mine = {member.name: _default(member) for member in find_settable_members(one.description)}
    yours = {member.name: _default(member) for member in find_settable_members(other.description)}
    return all(name in yours and mine[name] == yours[name] for name in names)


def _default(member: SettableMember) -> Any:
    if member.default is not None:
        return fold_constant(member.default)
    return SCALARS[member.type.name].zero if isinstance(member.type, Scalar) else 0


def overlaid(state: State, witness: Witness, fields: Collection[str]) -> None:
    """The state, made to be what a witness says of these fields, as far as it has such places."""
    for place, value in witness.items():
        key = find_path(place)
        if not key or key[0] not in fields:
            continue
        here: Any = state
        for part in key[:-1]:
            here = here.get(part) if isinstance(here, dict) else _item(here, part)
        if isinstance(here, dict) and isinstance(here.get(key[-1]), int | bool):
            here[key[-1]] = value
        elif isinstance(here, list) and isinstance(_item(here, key[-1]), int | bool):
            here[int(key[-1])] = value


def _item(here: Any, index: Any) -> Any:
    is_there = isinstance(here, list) and isinstance(index, int) and index < len(here)
    return here[index] if is_there else None
