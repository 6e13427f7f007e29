"""A device with its configuration settled, what becomes of its states, and words for them.

What two comparisons say can be put together only where both speak of one configuration. Here every
local and property has its value: the machine type's, else its default.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import Block, Leaf, Run, elements
from vmsdl.diff.layout.settings import default_of, settings_of, shared
from vmsdl.diff.matching.fields import Pairing, Side, bodies
from vmsdl.diff.migration import direction, prover_of
from vmsdl.diff.result import Direction, Shown
from vmsdl.diff.simulate.records import Kind, Untold
from vmsdl.expr.logic import (
    Key,
    as_integer,
    compare,
    either,
    is_bool,
    is_false,
    is_true,
    key_of,
    mapped,
    number,
)
from vmsdl.expr.nodes import Expr, Member, Operator, Quantifier, Variable, children
from vmsdl.expr.text import dotted
from vmsdl.prove.conditions import Prover
from vmsdl.schema.description import Machine, Schema, Setting
from vmsdl.schema.members import known_members

_SETTLED = ""  # the name of a machine type that sets everything


@dataclass(frozen=True, slots=True)
class Settled:
    """`places`: what is in a state, by where it stands."""

    side: Side
    places: Mapping[Key, Leaf | Run | Block] = field(repr=False)
    prover: Prover = field(repr=False)

    def place(self, key: Key) -> Leaf | Run | Block | None:
        """The node that a key leads to: an element is in its row."""
        return next(
            (self.places[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.places), None
        )

    def has(self, name: str) -> bool:
        """Whether what is written so is part of the state, and not of how the machine is built."""
        return any(name == dotted(key) or name.startswith(f"{dotted(key)}[") for key in self.places)

    def holds_after_reset(self, e: Expr) -> bool | None:
        """Whether a condition on its state holds when all is as after reset; None: not known."""
        value = mapped(e, self._after_reset)
        return True if is_true(value) else False if is_false(value) else None

    def _after_reset(self, part: Expr) -> Expr:
        key = key_of(part)
        found = None if key is None else self.place(key)
        try:
            return part if key is None or found is None else _default(found, key)
        except Untold:
            return part


def settled(side: Side, machine: str | None) -> Settled | None:
    """A device as a machine type has it; None where it is too large to be looked into."""
    schema = side.schema
    chosen = settings_of(schema, machine)
    for body in bodies(side):
        for member in known_members(body):
            value = default_of(member, schema)
            if value is not None:
                chosen.setdefault((body.name, member.name), number(value))
    settings = tuple(Setting(path=path, value=value) for path, value in chosen.items())
    machines = {_SETTLED: Machine(name=_SETTLED, settings=settings)}
    fixed: Schema = replace(schema, machines=machines)
    one = Side(fixed, side.description)
    source = Flattener(fixed, shared(one, one, _SETTLED)[0])
    top = one.description
    try:
        nodes = source.everything(source.top(top, top.version_id))
    except (TooLarge, RecursionError):
        return None
    places = {node.key: node for node in nodes if isinstance(node, Leaf | Run | Block)}
    return Settled(one, places, prover_of(one, nodes))


def moved(
    sender: Settled, receiver: Settled, *, sender_is_old: bool, counts_own: bool = False
) -> Direction:
    """What becomes of the sender's states, in this configuration."""
    return direction(
        sender.side,
        receiver.side,
        _SETTLED,
        sender_is_old=sender_is_old,
        is_thorough=counts_own,
        counts_own=counts_own,
    )


def when(found: Direction, *kinds: Kind) -> Expr:
    """The states that one of these happens to, or may: what is not certain is OPEN."""
    return either(*(shown.when for shown in found.shown if kind_of(shown) in kinds))


def kind_of(shown: Shown) -> Kind:
    return shown.effect.kind if shown.is_certain else Kind.OPEN


@dataclass(frozen=True, slots=True)
class Retold:
    """A condition, and the places that it now speaks of."""

    condition: Expr
    sources: frozenset[Key]


def retold(e: Expr, here: Settled, there: Settled, *, absent: Key | None = None) -> Retold:
    """A condition on the state of `here` as one on the state of `there` that it came from.

    It is the same where all `sources` arrived whole. What `there` has no place for holds its
    default here, and so does what is `absent`, by its place there. Raises Untold where the
    condition cannot be said.
    """
    pairing = Pairing(here.side, there.side)
    sources: set[Key] = set()

    def place(part: Expr) -> Expr:
        if isinstance(part, Variable):
            raise Untold(f"`{part.name}` is known only where it runs")
        key = key_of(part)
        if key is None:
            raise Untold("which element it is depends on the state")
        found = here.place(key)
        if found is None:
            raise Untold(f"`{dotted(key)}` is no part of the state")
        other = pairing.counterpart(key)
        source = None if other is None else there.place(other)
        if source is None or other is None or source.key == absent:
            return _default(found, key)
        if isinstance(found, Block) != isinstance(source, Block):
            raise Untold(f"`{dotted(key)}` is of another kind there")
        sources.add(source.key)
        value = _expression(source, other)
        if is_bool(part) == is_bool(value):
            return value
        return compare(Operator.NOT_EQUAL, value, number(0)) if is_bool(part) else as_integer(value)

    if any(_reads_beside_its_elements(part) for part in _quantifiers(e)):
        raise Untold("what is said of each element depends on more than the element")
    return Retold(mapped(e, place), frozenset(sources))


def _quantifiers(e: Expr) -> Iterator[Quantifier]:
    stack = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, Quantifier):
            yield part
        stack += children(part)


def _reads_beside_its_elements(quantifier: Quantifier) -> bool:
    stack = [quantifier.body]
    while stack:
        part = stack.pop()
        if isinstance(part, Member):
            return True
        stack += children(part)
    return False


def _default(node: Leaf | Run | Block, key: Key) -> Expr:
    match node:
        case Leaf(default=default):
            return number(default)
        case Run(zero=zero) if key != node.key:
            return number(zero)
        case _:
            raise Untold(f"`{dotted(key)}` is no single value")


def _expression(node: Leaf | Run | Block, key: Key) -> Expr:
    if key == node.key:
        return node.expr
    if isinstance(node, Run) and isinstance(key[-1], int) and len(key) == len(node.key) + 1:
        leaves = elements(node)
        if 0 <= key[-1] < len(leaves):
            return leaves[key[-1]].expr
    raise Untold(f"`{dotted(key)}` is within a block")
