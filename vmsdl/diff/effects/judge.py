"""From the ways a load can end to what each does to the state: refused, corrupted, lost, open."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace

from vmsdl.diff.effects.reads import Arrivals
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, ScalarArrayNode, ScalarNode, unroll_array
from vmsdl.diff.simulate.lists import is_marker
from vmsdl.diff.simulate.records import (
    UNREAD,
    Effect,
    EffectKind,
    JudgedOutcome,
    LoadEnding,
    LoadOutcome,
    Untranslatable,
)
from vmsdl.diff.simulate.reinterpret import ByteSlice
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    FieldPath,
    and_,
    exists,
    find_path,
    is_false,
    is_true,
    make_comparison,
    make_literal,
    map_places,
    not_,
    or_,
)
from vmsdl.expr.nodes import (
    BOOL,
    Call,
    Expr,
    Expression,
    ExternPresence,
    Function,
    Item,
    Operator,
    ReceiverValue,
    Select,
    Variable,
)
from vmsdl.expr.text import format_path
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Blob, Bytes, ListType, MapType, Opaque, Scalar


class Judge(Arrivals):
    """All effects of one direction."""

    def judge(self, outcome: LoadOutcome) -> JudgedOutcome:
        if outcome.opened:
            return self._opened(outcome).judge(replace(outcome, opened=()))
        if outcome.ending is not LoadEnding.ACCEPTED:
            kind = EffectKind.REFUSED if outcome.ending is LoadEnding.REFUSED else EffectKind.OPEN
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
            return JudgedOutcome(outcome.when, False, (effect,))
        effects: list[Effect] = []
        for checked in outcome.checks:
            when = and_(outcome.when, checked.guard, not_(checked.condition))
            effects.append(
                Effect(
                    kind=EffectKind.REFUSED,
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
        return JudgedOutcome(outcome.when, True, kept)

    def _opened(self, outcome: LoadOutcome) -> "Judge":
        """As it is where elements of lists stand for themselves."""
        found = copy(self)
        found.sent, found.wanted = dict(self.sent), dict(self.wanted)
        for each in outcome.opened:
            places = found.sent if each.is_sent else found.wanted
            places.pop(each.key, None)
            places |= {
                n.key: n
                for n in each.nodes
                if isinstance(n, ScalarNode | ScalarArrayNode | BlockNode)
            }
        markers = [key for key in found.sent if is_marker(key)]
        for key in markers:
            del found.sent[key]
        return found

    def _losses(self, outcome: LoadOutcome) -> Iterator[Effect]:
        arrived: dict[FieldPath, Expr] = {}
        for read in outcome.reads:
            sources = [read.source] if read.source is not None else []
            sources += [piece.leaf for piece in read.pieces if piece.leaf is not None]
            for source in sources:
                if isinstance(source, ScalarNode | ScalarArrayNode | BlockNode) and (
                    self._is_in_place(read) or self._stands_for(read.node, source)
                ):
                    before = arrived.get(source.key, FALSE)
                    arrived[source.key] = or_(before, read.guard)
        swallowed = {
            node.key: guard
            for guard, node in outcome.skipped
            if isinstance(node, ScalarNode | ScalarArrayNode | BlockNode)
        }
        for key, node in self._all_sent():
            here = self._arrived(node, arrived)
            if is_true(here):
                continue
            try:
                carried = self._carried(node, swallowed)
                if is_false(carried) or carried == here:
                    continue
                missing = and_(outcome.when, carried, not_(here), *_elements_are_there(node))
                if self._is_omitted(key):
                    missing = and_(missing, node.under, node.guard)  # else nobody misses it
                if is_false(missing):
                    continue
                differs = self._differs(node, outcome)
            except Untranslatable as untold:
                if not is_false(and_(outcome.when, not_(here))):
                    yield Effect(
                        kind=EffectKind.OPEN, when=outcome.when, reason=str(untold), sent=node
                    )
                continue
            if differs is None:
                yield Effect(
                    kind=EffectKind.OPEN,
                    when=missing,
                    reason=f"whether `{format_path(key)}` is lost",
                    sent=node,
                )
                continue
            yield Effect(
                kind=EffectKind.LOSSY, when=and_(missing, differs), reason="not-sent", sent=node
            )

    def _arrived(
        self, node: ScalarNode | ScalarArrayNode | BlockNode, arrived: dict[FieldPath, Expr]
    ) -> Expr:
        """When it was read into what it stands for; an array also where all its elements were."""
        here = arrived.get(node.key)
        if here is None and isinstance(node, ScalarArrayNode) and node.count:
            each = [arrived.get((*node.key, i)) for i in range(node.count)]
            here = and_(*(one for one in each if one is not None)) if None not in each else None
        return FALSE if here is None else here

    def _whole(self, key: FieldPath) -> FieldPath:
        """An array of one, where it is read as its element."""
        array = self.sent.get(key[:-1]) if key and key[-1] == 0 else None
        return key[:-1] if isinstance(array, ScalarArrayNode) and array.count == 1 else key

    def _is_omitted(self, key: FieldPath) -> bool:
        return any(key[:n] in self.omitted for n in range(1, len(key) + 1))

    def _all_sent(self) -> Iterator[tuple[FieldPath, ScalarNode | ScalarArrayNode | BlockNode]]:
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

    def _carried(
        self, node: ScalarNode | ScalarArrayNode | BlockNode, swallowed: dict[FieldPath, Expr]
    ) -> Expr:
        """When *old* carries this value from itself to itself."""
        if self.counts_own:
            return TRUE
        twin = self._receiver_has(node.key)
        if self.sender_is_old:
            sent = and_(self.section, node.under, node.guard)
            if (
                isinstance(node, ScalarNode)
                and isinstance(twin, ScalarNode)
                and twin.default != node.default
            ):
                # What old leaves out where it is as after reset, old has again.
                return or_(
                    sent, make_comparison(Operator.EQUAL, node.expr, make_literal(node.default))
                )
            return sent
        if twin is None:
            return swallowed.get(node.key, FALSE)
        return and_(*(self.as_sent(e) for e in (self.section, twin.under, twin.guard)))

    def as_sent(self, e: Expr) -> Expr:
        """A condition of the receiver as it is on the sender's state."""

        def place(part: Expr) -> Expr:
            key = find_path(part)
            if isinstance(part, Variable | ExternPresence | ReceiverValue):
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
                    return _with(part, place(part.value), map_places(part.index, place))
                case Select():
                    return _with(part, place(part.value), None)
            raise Untranslatable(f"what `{format_path(key or ())}` stands for is not known")

        return map_places(e, place)

    def _differs(
        self, node: ScalarNode | ScalarArrayNode | BlockNode, outcome: LoadOutcome
    ) -> Expr | None:
        """Its value is another than the one the receiver then holds."""
        other = self.back.counterpart(node.key)
        held = outcome.env.get(other) if other is not None else None
        if isinstance(node, ScalarNode):
            if held is UNREAD:
                return None
            twin = self._receiver_has(node.key)
            if isinstance(held, Expression) and isinstance(twin, ScalarNode):
                value: Expr = held  # type: ignore[assignment]
                # What it holds beside its default it was given: that is for `_leaf` to judge.
                return and_(
                    make_comparison(Operator.NOT_EQUAL, node.expr, value),
                    make_comparison(Operator.EQUAL, value, make_literal(twin.default)),
                )
            default = twin.default if isinstance(twin, ScalarNode) else node.default
            return make_comparison(Operator.NOT_EQUAL, node.expr, make_literal(default))
        if isinstance(node, ScalarArrayNode):
            if SCALARS[node.scalar].is_float:
                return None
            if other is not None and (*other, 0) in outcome.env and node.count:
                return self._differs_in_some(node, other, outcome)
            if any(_is_of(node, piece) for read in outcome.reads for piece in read.pieces):
                # Read one by one, as something else: each is spoken of by itself.
                zero = make_literal(node.zero)
                return or_(
                    *(
                        make_comparison(Operator.NOT_EQUAL, each.expr, zero)
                        for each in unroll_array(node)
                    )
                )
            one = Variable(type=unroll_array(node)[0].expr.type if node.count else BOOL, name="x")
            return exists(
                node.expr, "x", make_comparison(Operator.NOT_EQUAL, one, make_literal(node.zero))
            )
        match node.type:
            case Bytes() | Opaque() | Blob():
                item = Variable(type=make_literal(0).type, name="x")
                return exists(
                    node.expr, "x", make_comparison(Operator.NOT_EQUAL, item, make_literal(0))
                )
            case Array(element=Scalar(row=row)) if row.is_integer:
                item = Variable(type=make_literal(0).type, name="x")
                return exists(
                    node.expr, "x", make_comparison(Operator.NOT_EQUAL, item, make_literal(0))
                )
            case ListType() | MapType():
                size = Call(
                    type=make_literal(0).type, function=Function.LEN, arguments=(node.expr,)
                )
                return make_comparison(Operator.NOT_EQUAL, size, make_literal(0))
            case _:
                return None

    def _differs_in_some(
        self, node: ScalarArrayNode, other: FieldPath, outcome: LoadOutcome
    ) -> Expr | None:
        """Of an array that was read element by element: one is not there, and was not zero."""
        found: list[Expr] = []
        for i, leaf in enumerate(unroll_array(node)):
            held = outcome.env.get((*other, i))
            if held is UNREAD:
                return None
            value: Expr = held if isinstance(held, Expression) else make_literal(leaf.default)  # type: ignore[assignment]
            is_default = make_comparison(Operator.EQUAL, value, make_literal(leaf.default))
            found.append(and_(make_comparison(Operator.NOT_EQUAL, leaf.expr, value), is_default))
        return or_(*found)


def _is_of(run: ScalarArrayNode, piece: ByteSlice) -> bool:
    return piece.leaf is not None and piece.leaf.key[:-1] == run.key


def _elements_are_there(node: ScalarNode | ScalarArrayNode | BlockNode) -> Iterator[Expr]:
    """Of an array without elements nothing is lost."""
    if isinstance(node, BlockNode) and isinstance(node.type, Bytes | Array):
        yield make_comparison(Operator.NOT_EQUAL, node.sizes[0], make_literal(0))


def _with(part: Item | Select, value: Expr, index: Expr | None) -> Expr:
    if isinstance(part, Item):
        assert index is not None
        return replace(part, value=value, index=index)
    return replace(part, value=value)
