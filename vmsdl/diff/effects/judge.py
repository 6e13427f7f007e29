"""From the ways a load can end to what each does to the state: refused, corrupted, lost, open."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace

from vmsdl.diff.effects.reads import Arrivals
from vmsdl.diff.layout.nodes import AnyNode, Block, Leaf, Run, elements
from vmsdl.diff.simulate.lists import is_marker
from vmsdl.diff.simulate.records import UNREAD, Effect, Ended, Ending, Kind, Outcome, Untold
from vmsdl.diff.simulate.reinterpret import Piece
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    Key,
    both,
    compare,
    either,
    is_false,
    is_true,
    key_of,
    mapped,
    negation,
    number,
    some,
)
from vmsdl.expr.nodes import (
    BOOL,
    Call,
    Expr,
    Expression,
    Function,
    Item,
    Operator,
    Select,
    Variable,
)
from vmsdl.expr.text import dotted
from vmsdl.schema.types import Array, Blob, Bytes, ListType, MapType, Opaque, Scalar


class Judge(Arrivals):
    """All effects of one direction."""

    def judge(self, outcome: Outcome) -> Ended:
        if outcome.opened:
            return self._opened(outcome).judge(replace(outcome, opened=()))
        if outcome.ending is not Ending.ACCEPTED:
            kind = Kind.REFUSED if outcome.ending is Ending.REFUSED else Kind.OPEN
            effect = Effect(
                kind=kind,
                when=outcome.when,
                reason=outcome.reason,
                message=outcome.message,
                sent=outcome.sent,
                wanted=outcome.wanted,
                entry=outcome.entry,
                parting=outcome.parting,
                reads=outcome.reads,
            )
            return Ended(outcome.when, False, (effect,))
        effects: list[Effect] = []
        for checked in outcome.checks:
            when = both(outcome.when, checked.guard, negation(checked.condition))
            effects.append(
                Effect(
                    kind=Kind.REFUSED,
                    when=when,
                    reason="check-failed",
                    message=checked.rule.message,
                    wanted=checked.rule,
                )
            )
        for read in outcome.reads:
            effects += self._read(read, outcome)
        effects += self._losses(outcome)
        kept = tuple(effect for effect in effects if not is_false(effect.when))
        return Ended(outcome.when, True, kept)

    def _opened(self, outcome: Outcome) -> "Judge":
        """As it is where elements of lists stand for themselves."""
        found = copy(self)
        found.sent, found.wanted = dict(self.sent), dict(self.wanted)
        for each in outcome.opened:
            places = found.sent if each.is_sent else found.wanted
            places.pop(each.key, None)
            places |= {n.key: n for n in each.nodes if isinstance(n, Leaf | Run | Block)}
        markers = [key for key in found.sent if is_marker(key)]
        for key in markers:
            del found.sent[key]
        return found

    def _losses(self, outcome: Outcome) -> Iterator[Effect]:
        arrived: dict[Key, Expr] = {}
        for read in outcome.reads:
            sources = [read.source] if read.source is not None else []
            sources += [piece.leaf for piece in read.pieces if piece.leaf is not None]
            for source in sources:
                if isinstance(source, Leaf | Run | Block) and (
                    self._is_in_place(read) or self._stands_for(read.node, source)
                ):
                    before = arrived.get(source.key, FALSE)
                    arrived[source.key] = either(before, read.guard)
        swallowed = {
            node.key: guard
            for guard, node in outcome.skipped
            if isinstance(node, Leaf | Run | Block)
        }
        for key, node in self._all_sent():
            here = self._arrived(node, arrived)
            if is_true(here):
                continue
            try:
                carried = self._carried(node, swallowed)
                if is_false(carried) or carried == here:
                    continue
                missing = both(outcome.when, carried, negation(here), *_elements_are_there(node))
                if self._is_omitted(key):
                    missing = both(missing, node.under, node.guard)  # else nobody misses it
                if is_false(missing):
                    continue
                differs = self._differs(node, outcome)
            except Untold as untold:
                if not is_false(both(outcome.when, negation(here))):
                    yield Effect(kind=Kind.OPEN, when=outcome.when, reason=str(untold), sent=node)
                continue
            if differs is None:
                yield Effect(
                    kind=Kind.OPEN,
                    when=missing,
                    reason=f"whether `{dotted(key)}` is lost",
                    sent=node,
                )
                continue
            yield Effect(kind=Kind.LOSSY, when=both(missing, differs), reason="not-sent", sent=node)

    def _arrived(self, node: Leaf | Run | Block, arrived: dict[Key, Expr]) -> Expr:
        """When it was read into what it stands for; an array also where all its elements were."""
        here = arrived.get(node.key)
        if here is None and isinstance(node, Run) and node.count:
            each = [arrived.get((*node.key, i)) for i in range(node.count)]
            here = both(*(one for one in each if one is not None)) if None not in each else None
        return FALSE if here is None else here

    def _whole(self, key: Key) -> Key:
        """An array of one, where it is read as its element."""
        array = self.sent.get(key[:-1]) if key and key[-1] == 0 else None
        return key[:-1] if isinstance(array, Run) and array.count == 1 else key

    def _is_omitted(self, key: Key) -> bool:
        return any(key[:n] in self.omitted for n in range(1, len(key) + 1))

    def _all_sent(self) -> Iterator[tuple[Key, Leaf | Run | Block]]:
        yield from self.sent.items()

    def _stands_for(self, wanted: AnyNode, source: AnyNode) -> bool:
        key = self.pairing.counterpart(wanted.key)
        if key is None:
            return (
                self._last(wanted.key) == self._last(source.key)
                or self._receiver_has(source.key) is None
            )
        whole = self._whole(source.key)
        return key[: len(whole)] == whole

    def _carried(self, node: Leaf | Run | Block, swallowed: dict[Key, Expr]) -> Expr:
        """When *old* carries this value from itself to itself."""
        if self.counts_own:
            return TRUE
        twin = self._receiver_has(node.key)
        if self.sender_is_old:
            sent = both(self.section, node.under, node.guard)
            if isinstance(node, Leaf) and isinstance(twin, Leaf) and twin.default != node.default:
                # What old leaves out where it is as after reset, old has again.
                return either(sent, compare(Operator.EQUAL, node.expr, number(node.default)))
            return sent
        if twin is None:
            return swallowed.get(node.key, FALSE)
        return both(*(self.as_sent(e) for e in (self.section, twin.under, twin.guard)))

    def as_sent(self, e: Expr) -> Expr:
        """A condition of the receiver as it is on the sender's state."""

        def place(part: Expr) -> Expr:
            key = key_of(part)
            if isinstance(part, Variable):
                return part
            if key is not None and key in self.known:
                return self.known[key] or part
            other = self.pairing.counterpart(key) if key is not None else None
            found = None if other is None else self.sent.get(other)
            if found is not None:
                return found.expr
            if other is not None:
                leaf = self._sent_leaf(other)
                if leaf is not None:
                    return leaf.expr
            match part:
                case Item():
                    return _with(part, place(part.value), mapped(part.index, place))
                case Select():
                    return _with(part, place(part.value), None)
            raise Untold(f"what `{dotted(key or ())}` stands for is not known")

        return mapped(e, place)

    def _differs(self, node: Leaf | Run | Block, outcome: Outcome) -> Expr | None:
        """Its value is another than the one the receiver then holds."""
        other = self.back.counterpart(node.key)
        held = outcome.env.get(other) if other is not None else None
        if isinstance(node, Leaf):
            if held is UNREAD:
                return None
            twin = self._receiver_has(node.key)
            if isinstance(held, Expression) and isinstance(twin, Leaf):
                value: Expr = held  # type: ignore[assignment]
                # What it holds beside its default it was given: that is for `_leaf` to judge.
                return both(
                    compare(Operator.NOT_EQUAL, node.expr, value),
                    compare(Operator.EQUAL, value, number(twin.default)),
                )
            default = twin.default if isinstance(twin, Leaf) else node.default
            return compare(Operator.NOT_EQUAL, node.expr, number(default))
        if isinstance(node, Run):
            if node.scalar == "f64":
                return None
            if other is not None and (*other, 0) in outcome.env and node.count:
                return self._differs_in_some(node, other, outcome)
            if any(_is_of(node, piece) for read in outcome.reads for piece in read.pieces):
                # Read one by one, as something else: each is spoken of by itself.
                zero = number(node.zero)
                return either(
                    *(compare(Operator.NOT_EQUAL, each.expr, zero) for each in elements(node))
                )
            one = Variable(type=elements(node)[0].expr.type if node.count else BOOL, name="x")
            return some(node.expr, "x", compare(Operator.NOT_EQUAL, one, number(node.zero)))
        match node.type:
            case Bytes() | Opaque() | Blob():
                item = Variable(type=number(0).type, name="x")
                return some(node.expr, "x", compare(Operator.NOT_EQUAL, item, number(0)))
            case Array(element=Scalar(name=name)) if name not in ("f64", "bool", "timer"):
                item = Variable(type=number(0).type, name="x")
                return some(node.expr, "x", compare(Operator.NOT_EQUAL, item, number(0)))
            case ListType() | MapType():
                size = Call(type=number(0).type, function=Function.LEN, arguments=(node.expr,))
                return compare(Operator.NOT_EQUAL, size, number(0))
            case _:
                return None

    def _differs_in_some(self, node: Run, other: Key, outcome: Outcome) -> Expr | None:
        """Of an array that was read element by element: one is not there, and was not zero."""
        found: list[Expr] = []
        for i, leaf in enumerate(elements(node)):
            held = outcome.env.get((*other, i))
            if held is UNREAD:
                return None
            value: Expr = held if isinstance(held, Expression) else number(leaf.default)  # type: ignore[assignment]
            is_default = compare(Operator.EQUAL, value, number(leaf.default))
            found.append(both(compare(Operator.NOT_EQUAL, leaf.expr, value), is_default))
        return either(*found)


def _is_of(run: Run, piece: Piece) -> bool:
    return piece.leaf is not None and piece.leaf.key[:-1] == run.key


def _elements_are_there(node: Leaf | Run | Block) -> Iterator[Expr]:
    """Of an array without elements nothing is lost."""
    if isinstance(node, Block) and isinstance(node.type, Bytes | Array):
        yield compare(Operator.NOT_EQUAL, node.sizes[0], number(0))


def _with(part: Item | Select, value: Expr, index: Expr | None) -> Expr:
    if isinstance(part, Item):
        assert index is not None
        return replace(part, value=value, index=index)
    return replace(part, value=value)
