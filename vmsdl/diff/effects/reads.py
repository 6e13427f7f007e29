"""What a receiver reads, held against what it stands for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from vmsdl.diff.effects.enums import find_changed_meanings, find_unknown_values
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, ScalarArrayNode, ScalarNode, unroll_array
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.matching.splits import find_offset
from vmsdl.diff.simulate.records import HEADER, Effect, EffectKind, LoadOutcome, ReadNode
from vmsdl.diff.simulate.reinterpret import ByteSlice, NotAnInteger, find_resigned
from vmsdl.diff.simulate.reinterpret import read_value as value_of
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    FieldPath,
    and_,
    exists,
    is_false,
    make_comparison,
    make_literal,
    not_,
    or_,
)
from vmsdl.expr.nodes import (
    BOOL,
    Expr,
    Item,
    Operator,
    Variable,
)
from vmsdl.expr.text import format_path
from vmsdl.schema.description import EnumDefinition, Schema
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Bitmap, EnumType, Opaque

UNDECLARED = "another name stands in its place, and nothing says whether it is the same"
ARM_RENAMED = "the value has another name, and nothing says whether it means the same"


class Arrivals:
    """What arrives and what does not, of one direction."""

    def __init__(
        self,
        sent: list[AnyNode],
        wanted: list[AnyNode],
        pairing: Pairing,
        back: Pairing,
        schemas: tuple[Schema, Schema],
        known: Mapping[FieldPath, Expr | None],
        *,
        sender_is_old: bool,
        section: Expr,
        counts_own: bool = False,
        omitted: Collection[FieldPath] = (),
    ) -> None:
        self.sent = {
            n.key: n for n in sent if isinstance(n, ScalarNode | ScalarArrayNode | BlockNode)
        }
        self.wanted = {
            n.key: n for n in wanted if isinstance(n, ScalarNode | ScalarArrayNode | BlockNode)
        }
        self.pairing = pairing  # from the receiver's places to the sender's
        self.back = back
        self.schemas = schemas
        self.known = known  # the receiver's configuration in the sender's words
        self.sender_is_old = sender_is_old
        self.counts_own = counts_own  # also losses that old has from itself
        self.omitted = omitted  # what the sender says is not missed where it leaves it out
        self.section = section  # when old sends the section at all, in its own words

    def _read(self, read: ReadNode, outcome: LoadOutcome) -> Iterator[Effect]:
        for effect in read.inner or ():
            yield replace(effect, when=and_(outcome.when, read.guard, effect.when))
        leaves = (piece.leaf for piece in read.pieces if piece.leaf is not None)
        sent = read.source or next(leaves, None)  # of several the first
        for kind, condition, reason in self._found(read):
            yield Effect(
                kind=kind,
                when=and_(outcome.when, read.guard, condition),
                reason=reason,
                sent=sent,
                wanted=read.node,
                parting=outcome.parting,
                reads=outcome.reads,
                offset=read.offset,
            )

    def _found(self, read: ReadNode) -> Iterator[tuple[EffectKind, Expr, str]]:
        if isinstance(read.node, ScalarNode):
            yield from self._leaf(read, read.node)
        elif isinstance(read.node, ScalarArrayNode):
            yield from self._run(read, read.node)
        else:
            yield from self._block(read, read.node)

    def _leaf(self, read: ReadNode, node: ScalarNode) -> Iterator[tuple[EffectKind, Expr, str]]:
        meant = self.meant(node, read.source)
        value = read.value
        source = read.source if isinstance(read.source, ScalarNode) else None
        is_own = meant is not None and source is not None and source.key == meant.key
        if value is None:
            if not (is_own and meant is not None and meant.scalar == node.scalar):
                yield (
                    EffectKind.OPEN,
                    TRUE,
                    f"what `{format_path(node.key)}` is read from is no integer",
                )
            return
        if isinstance(node.type, EnumType):
            wanted = self._enum(node.type, receiver=True)
            sent = None
            if source is not None and isinstance(source.type, EnumType):
                sent = self._enum(source.type, receiver=False)
            yield from self._arms(value, wanted, sent, is_own)
        yield from self._limits(node, meant, value)
        if self._is_in_place(read):
            return
        held = make_literal(node.default)
        if meant is None:
            if self._is_undeclared(read):
                yield EffectKind.OPEN, TRUE, UNDECLARED
            else:
                yield (
                    EffectKind.CORRUPT,
                    make_comparison(Operator.NOT_EQUAL, value, held),
                    "shifted",
                )
            return
        if is_own:
            yield find_misread(node, meant, value)
            return
        differs = make_comparison(Operator.NOT_EQUAL, value, meant.expr)
        if is_false(differs):
            return
        yield (
            EffectKind.CORRUPT,
            and_(differs, make_comparison(Operator.NOT_EQUAL, value, held)),
            "shifted",
        )

    def _limits(
        self, node: ScalarNode, meant: ScalarNode | None, value: Expr
    ) -> Iterator[tuple[EffectKind, Expr, str]]:
        """`equal` and `bounded`: what is in both with one default is no finding. The receiver's own
        value is its default, as after reset."""
        own = make_literal(node.default)
        before = None if meant is None or meant.default != node.default else meant.field
        if node.field.equal and not (before is not None and before.equal):
            yield EffectKind.REFUSED, make_comparison(Operator.NOT_EQUAL, value, own), "not-equal"
        if node.field.bounded and not (before is not None and before.bounded):
            outside = or_(
                make_comparison(Operator.LESS, value, make_literal(0)),
                make_comparison(Operator.GREATER, value, own),
            )
            yield EffectKind.REFUSED, outside, "out-of-range"

    def _enum(self, type_: EnumType, *, receiver: bool) -> EnumDefinition:
        return self.schemas[1 if receiver else 0].enums[type_.name]

    def _arms(
        self, value: Expr, wanted: EnumDefinition, sent: EnumDefinition | None, is_own: bool
    ) -> Iterator[tuple[EffectKind, Expr, str]]:
        yield EffectKind.REFUSED, find_unknown_values(value, wanted, sent), "bad-enum"
        if sent is None or not is_own:
            return
        for here, is_renamed in find_changed_meanings(value, wanted, sent):
            if is_renamed:
                yield EffectKind.OPEN, here, ARM_RENAMED
            else:
                yield EffectKind.CORRUPT, here, "renumbered"

    def _run(self, read: ReadNode, node: ScalarArrayNode) -> Iterator[tuple[EffectKind, Expr, str]]:
        meant = self.sent.get(self.pairing.counterpart(node.key) or ("",))
        source = read.source
        if isinstance(source, ScalarArrayNode):
            # Element by element; one tells for all where the conditions have the same form.
            is_pair = meant is not None and meant.key == source.key
            if is_pair and source.scalar == node.scalar and source.type == node.type:
                enums = isinstance(node.type, EnumType)
                if not enums or self._enum(node.type, receiver=True) == self._enum(  # type: ignore[arg-type]
                    source.type, receiver=False  # type: ignore[arg-type]
                ):
                    return
            if is_pair:
                yield from self._each(read, node, source)
                return
            if meant is None and self._is_undeclared(read):
                if self._last(node.key) != self._last(source.key):
                    yield EffectKind.OPEN, TRUE, UNDECLARED
                return
            other = (
                unroll_array(meant)[0]
                if isinstance(meant, ScalarArrayNode) and meant.count
                else None
            )
            value = unroll_array(source)[0].expr if source.count else make_literal(0)
            wrong = make_comparison(Operator.NOT_EQUAL, value, make_literal(node.zero))
            if other is not None:
                wrong = and_(wrong, make_comparison(Operator.NOT_EQUAL, value, other.expr))
            yield EffectKind.CORRUPT, wrong, "shifted"
        elif source is not None and node.zero != 0:
            yield EffectKind.CORRUPT, TRUE, "shifted"

    def _each(
        self, read: ReadNode, node: ScalarArrayNode, source: ScalarArrayNode
    ) -> Iterator[tuple[EffectKind, Expr, str]]:
        one = Variable(type=unroll_array(source)[0].expr.type if source.count else BOOL, name="x")
        if not source.count:
            return
        leaf = unroll_array(source)[0]
        item = ScalarNode(
            key=leaf.key,
            expr=one,
            type=leaf.type,
            scalar=leaf.scalar,
            width=leaf.width,
            default=leaf.default,
            field=leaf.field,
        )
        target = unroll_array(node)[0]
        try:
            value = value_of((ByteSlice(item, 0, item.width),), target.scalar)
        except NotAnInteger:
            yield (
                EffectKind.OPEN,
                TRUE,
                f"what `{format_path(node.key)}` is read from is no integer",
            )
            return
        found: list[tuple[EffectKind, Expr, str]] = []
        if isinstance(target.type, EnumType):
            sent = None
            if isinstance(item.type, EnumType):
                sent = self._enum(item.type, receiver=False)
            found += self._arms(value, self._enum(target.type, receiver=True), sent, True)
        found.append(find_misread(target, item, value))
        for kind, condition, reason in found:
            if not is_false(condition):
                yield kind, exists(source.expr, "x", condition), reason

    def _block(self, read: ReadNode, node: BlockNode) -> Iterator[tuple[EffectKind, Expr, str]]:
        key = self.pairing.counterpart(node.key)
        source = read.source
        if not isinstance(source, BlockNode):
            yield EffectKind.OPEN, TRUE, f"`{format_path(node.key)}` is read from something else"
        elif key != source.key:
            reason = UNDECLARED if key is None and self._is_undeclared(read) else ""
            if self._last(node.key) == self._last(source.key) and reason:
                return
            yield (
                EffectKind.OPEN,
                TRUE,
                reason or f"`{format_path(node.key)}` is read from something else",
            )
        elif isinstance(node.type, Bitmap) and isinstance(source.type, Bitmap):
            yield (
                EffectKind.LOSSY,
                _cut_off(source, fold_constant(source.type.bits), fold_constant(node.type.bits)),
                "collapsed",
            )
        elif source.form != node.form and read.inner is None:
            is_coded = isinstance(node.type, Opaque)
            why = "is left to another codec" if is_coded else "changed its meaning"
            yield EffectKind.OPEN, TRUE, f"what is in `{format_path(node.key)}` {why}"

    def meant(self, node: ScalarNode, source: AnyNode | None) -> ScalarNode | None:
        """The sender's value of what a receiver's field stands for."""
        key = self.pairing.counterpart(node.key)
        if key is None:
            # Nesting is not on the wire: what is called the same and stands for nothing else.
            if isinstance(source, ScalarNode) and self._is_moved(node, source):
                return source
            return None
        return self._sent_leaf(key)

    def _is_in_place(self, read: ReadNode) -> bool:
        """Declared to be the same bytes split otherwise, and read from where they were."""
        place = self.pairing.find_split(read.node.key)
        if place is None or not read.pieces:
            return False
        at = find_offset(place.split.here, read.node.key[place.at :])
        for piece in read.pieces:
            key = () if piece.leaf is None else piece.leaf.key
            depth = len(place.there)
            there = (
                find_offset(place.split.there, key[depth:]) if key[:depth] == place.there else None
            )
            if at is None or there is None or there + piece.start != at:
                return False
            at += piece.size
        return True

    def _sent_leaf(self, key: FieldPath) -> ScalarNode | None:
        found = self.sent.get(key)
        if isinstance(found, ScalarNode):
            return found
        if isinstance(found, ScalarArrayNode) and found.count == 1:
            return unroll_array(found)[0]
        if key and isinstance(key[-1], int):
            run = self.sent.get(key[:-1])
            if isinstance(run, ScalarArrayNode) and key[-1] < run.count:
                return unroll_array(run)[key[-1]]
            if isinstance(run, ScalarNode) and key[-1] == 0:
                return run
        return None

    def _is_moved(self, node: ScalarNode, source: ScalarNode) -> bool:
        if self._last(node.key) != self._last(source.key):
            return False
        return self.back.counterpart(source.key) is None

    def _last(self, key: FieldPath) -> str:
        return next((part for part in reversed(key) if isinstance(part, str)), "")

    def _is_undeclared(self, read: ReadNode) -> bool:
        """Another name in the same place, and neither name stands elsewhere."""
        if self.pairing.counterpart(read.node.key) is not None:
            return False  # it is an element that the sender's array does not have
        if read.pieces:
            leaves = [piece.leaf for piece in read.pieces]
            if all(leaf is None or leaf.key[0] == HEADER for leaf in leaves):
                return False
            return all(leaf is None or self.back.counterpart(leaf.key) is None for leaf in leaves)
        source = read.source
        return (
            isinstance(source, ScalarNode | ScalarArrayNode | BlockNode)
            and self._receiver_has(source.key) is None
        )

    def _receiver_has(self, key: FieldPath) -> AnyNode | None:
        other = self.back.counterpart(key)
        if other is None:
            return None
        found = self.wanted.get(other)
        if found is None and other and isinstance(other[-1], int):
            found = self.wanted.get(other[:-1])
        return found


def find_misread(node: ScalarNode, sent: ScalarNode, value: Expr) -> tuple[EffectKind, Expr, str]:
    """What becomes of a number whose own bytes are read as another type."""
    held = make_literal(node.default)
    row, sent_row = SCALARS[node.scalar], SCALARS[sent.scalar]
    if row.is_bool and not sent_row.is_bool:
        is_bit = or_(
            make_comparison(Operator.EQUAL, sent.expr, make_literal(0)),
            make_comparison(Operator.EQUAL, sent.expr, make_literal(1)),
        )
        return EffectKind.LOSSY, not_(is_bit), "collapsed"
    if row.is_timer != sent_row.is_timer:
        # The same bytes; but one side's number is the other's deadline, or none.
        return EffectKind.CORRUPT, make_comparison(Operator.NOT_EQUAL, value, held), "timer"
    if row.is_signed != sent_row.is_signed and node.width == sent.width:
        return EffectKind.CORRUPT, find_resigned(sent, node), "reinterpreted"
    differs = make_comparison(Operator.NOT_EQUAL, value, sent.expr)
    wrong = and_(differs, make_comparison(Operator.NOT_EQUAL, value, held))
    return EffectKind.CORRUPT, wrong, "reinterpreted"


def _cut_off(source: BlockNode, sent: int | bool | None, wanted: int | bool | None) -> Expr:
    """A bit is set that a shorter bitmap of as many words does not have."""
    if sent is None or wanted is None:
        return FALSE
    bits = [Item(type=BOOL, value=source.expr, index=make_literal(i)) for i in range(wanted, sent)]
    return or_(*bits)
