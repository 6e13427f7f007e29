"""What a receiver reads, held against what it stands for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from vmsdl.diff.effects.enums import remeant, unknown
from vmsdl.diff.layout.nodes import AnyNode, Block, Leaf, Run, elements
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.matching.splits import offset_in
from vmsdl.diff.simulate.records import HEADER, Effect, Kind, Outcome, Read
from vmsdl.diff.simulate.reinterpret import NoValue, Piece, is_signed, resigned
from vmsdl.diff.simulate.reinterpret import read as value_of
from vmsdl.expr.fold import constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    Key,
    both,
    compare,
    either,
    is_false,
    negation,
    number,
    some,
)
from vmsdl.expr.nodes import (
    BOOL,
    Expr,
    Item,
    Operator,
    Variable,
)
from vmsdl.expr.text import dotted
from vmsdl.schema.description import EnumDefinition, Schema
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
        known: Mapping[Key, Expr | None],
        *,
        sender_is_old: bool,
        section: Expr,
        counts_own: bool = False,
        omitted: Collection[Key] = (),
    ) -> None:
        self.sent = {n.key: n for n in sent if isinstance(n, Leaf | Run | Block)}
        self.wanted = {n.key: n for n in wanted if isinstance(n, Leaf | Run | Block)}
        self.pairing = pairing  # from the receiver's places to the sender's
        self.back = back
        self.schemas = schemas
        self.known = known  # the receiver's configuration in the sender's words
        self.sender_is_old = sender_is_old
        self.counts_own = counts_own  # also losses that old has from itself
        self.omitted = omitted  # what the sender says is not missed where it leaves it out
        self.section = section  # when old sends the section at all, in its own words

    def _read(self, read: Read, outcome: Outcome) -> Iterator[Effect]:
        for effect in read.inner or ():
            yield replace(effect, when=both(outcome.when, read.guard, effect.when))
        leaves = (piece.leaf for piece in read.pieces if piece.leaf is not None)
        sent = read.source or next(leaves, None)  # of several the first
        for kind, condition, reason in self._found(read):
            yield Effect(
                kind=kind,
                when=both(outcome.when, read.guard, condition),
                reason=reason,
                sent=sent,
                wanted=read.node,
                parting=outcome.parting,
                reads=outcome.reads,
                offset=read.offset,
            )

    def _found(self, read: Read) -> Iterator[tuple[Kind, Expr, str]]:
        if isinstance(read.node, Leaf):
            yield from self._leaf(read, read.node)
        elif isinstance(read.node, Run):
            yield from self._run(read, read.node)
        else:
            yield from self._block(read, read.node)

    def _leaf(self, read: Read, node: Leaf) -> Iterator[tuple[Kind, Expr, str]]:
        meant = self.meant(node, read.source)
        value = read.value
        source = read.source if isinstance(read.source, Leaf) else None
        is_own = meant is not None and source is not None and source.key == meant.key
        if value is None:
            if not (is_own and meant is not None and meant.scalar == node.scalar):
                yield Kind.OPEN, TRUE, f"what `{dotted(node.key)}` is read from is no integer"
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
        held = number(node.default)
        if meant is None:
            if self._is_undeclared(read):
                yield Kind.OPEN, TRUE, UNDECLARED
            else:
                yield Kind.CORRUPT, compare(Operator.NOT_EQUAL, value, held), "shifted"
            return
        if is_own:
            yield misread(node, meant, value)
            return
        differs = compare(Operator.NOT_EQUAL, value, meant.expr)
        if is_false(differs):
            return
        yield Kind.CORRUPT, both(differs, compare(Operator.NOT_EQUAL, value, held)), "shifted"

    def _limits(
        self, node: Leaf, meant: Leaf | None, value: Expr
    ) -> Iterator[tuple[Kind, Expr, str]]:
        """`equal` and `bounded`: what is in both with one default is no finding. The receiver's own
        value is its default, as after reset."""
        own = number(node.default)
        before = None if meant is None or meant.default != node.default else meant.field
        if node.field.equal and not (before is not None and before.equal):
            yield Kind.REFUSED, compare(Operator.NOT_EQUAL, value, own), "not-equal"
        if node.field.bounded and not (before is not None and before.bounded):
            outside = either(
                compare(Operator.LESS, value, number(0)), compare(Operator.GREATER, value, own)
            )
            yield Kind.REFUSED, outside, "out-of-range"

    def _enum(self, type_: EnumType, *, receiver: bool) -> EnumDefinition:
        return self.schemas[1 if receiver else 0].enums[type_.name]

    def _arms(
        self, value: Expr, wanted: EnumDefinition, sent: EnumDefinition | None, is_own: bool
    ) -> Iterator[tuple[Kind, Expr, str]]:
        yield Kind.REFUSED, unknown(value, wanted, sent), "bad-enum"
        if sent is None or not is_own:
            return
        for here, is_renamed in remeant(value, wanted, sent):
            if is_renamed:
                yield Kind.OPEN, here, ARM_RENAMED
            else:
                yield Kind.CORRUPT, here, "renumbered"

    def _run(self, read: Read, node: Run) -> Iterator[tuple[Kind, Expr, str]]:
        meant = self.sent.get(self.pairing.counterpart(node.key) or ("",))
        source = read.source
        if isinstance(source, Run):
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
                    yield Kind.OPEN, TRUE, UNDECLARED
                return
            other = elements(meant)[0] if isinstance(meant, Run) and meant.count else None
            value = elements(source)[0].expr if source.count else number(0)
            wrong = compare(Operator.NOT_EQUAL, value, number(node.zero))
            if other is not None:
                wrong = both(wrong, compare(Operator.NOT_EQUAL, value, other.expr))
            yield Kind.CORRUPT, wrong, "shifted"
        elif source is not None and node.zero != 0:
            yield Kind.CORRUPT, TRUE, "shifted"

    def _each(self, read: Read, node: Run, source: Run) -> Iterator[tuple[Kind, Expr, str]]:
        one = Variable(type=elements(source)[0].expr.type if source.count else BOOL, name="x")
        if not source.count:
            return
        leaf = elements(source)[0]
        item = Leaf(
            key=leaf.key,
            expr=one,
            type=leaf.type,
            scalar=leaf.scalar,
            width=leaf.width,
            default=leaf.default,
            field=leaf.field,
        )
        target = elements(node)[0]
        try:
            value = value_of((Piece(item, 0, item.width),), target.scalar)
        except NoValue:
            yield Kind.OPEN, TRUE, f"what `{dotted(node.key)}` is read from is no integer"
            return
        found: list[tuple[Kind, Expr, str]] = []
        if isinstance(target.type, EnumType):
            sent = None
            if isinstance(item.type, EnumType):
                sent = self._enum(item.type, receiver=False)
            found += self._arms(value, self._enum(target.type, receiver=True), sent, True)
        found.append(misread(target, item, value))
        for kind, condition, reason in found:
            if not is_false(condition):
                yield kind, some(source.expr, "x", condition), reason

    def _block(self, read: Read, node: Block) -> Iterator[tuple[Kind, Expr, str]]:
        key = self.pairing.counterpart(node.key)
        source = read.source
        if not isinstance(source, Block):
            yield Kind.OPEN, TRUE, f"`{dotted(node.key)}` is read from something else"
        elif key != source.key:
            reason = UNDECLARED if key is None and self._is_undeclared(read) else ""
            if self._last(node.key) == self._last(source.key) and reason:
                return
            yield Kind.OPEN, TRUE, reason or f"`{dotted(node.key)}` is read from something else"
        elif isinstance(node.type, Bitmap) and isinstance(source.type, Bitmap):
            yield Kind.LOSSY, _cut_off(
                source, constant(source.type.bits), constant(node.type.bits)
            ), "collapsed"
        elif source.form != node.form and read.inner is None:
            is_coded = isinstance(node.type, Opaque)
            why = "is left to another codec" if is_coded else "changed its meaning"
            yield Kind.OPEN, TRUE, f"what is in `{dotted(node.key)}` {why}"

    def meant(self, node: Leaf, source: AnyNode | None) -> Leaf | None:
        """The sender's value of what a receiver's field stands for."""
        key = self.pairing.counterpart(node.key)
        if key is None:
            # Nesting is not on the wire: what is called the same and stands for nothing else.
            if isinstance(source, Leaf) and self._is_moved(node, source):
                return source
            return None
        return self._sent_leaf(key)

    def _is_in_place(self, read: Read) -> bool:
        """Declared to be the same bytes cut otherwise, and read from where they were."""
        place = self.pairing.cut(read.node.key)
        if place is None or not read.pieces:
            return False
        at = offset_in(place.cut.here, read.node.key[place.at :])
        for piece in read.pieces:
            key = () if piece.leaf is None else piece.leaf.key
            depth = len(place.there)
            there = offset_in(place.cut.there, key[depth:]) if key[:depth] == place.there else None
            if at is None or there is None or there + piece.start != at:
                return False
            at += piece.size
        return True

    def _sent_leaf(self, key: Key) -> Leaf | None:
        found = self.sent.get(key)
        if isinstance(found, Leaf):
            return found
        if isinstance(found, Run) and found.count == 1:
            return elements(found)[0]
        if key and isinstance(key[-1], int):
            run = self.sent.get(key[:-1])
            if isinstance(run, Run) and key[-1] < run.count:
                return elements(run)[key[-1]]
            if isinstance(run, Leaf) and key[-1] == 0:
                return run
        return None

    def _is_moved(self, node: Leaf, source: Leaf) -> bool:
        if self._last(node.key) != self._last(source.key):
            return False
        return self.back.counterpart(source.key) is None

    def _last(self, key: Key) -> str:
        return next((part for part in reversed(key) if isinstance(part, str)), "")

    def _is_undeclared(self, read: Read) -> bool:
        """Another name in the same place, and neither name stands elsewhere."""
        if self.pairing.counterpart(read.node.key) is not None:
            return False  # it is an element that the sender's array does not have
        if read.pieces:
            leaves = [piece.leaf for piece in read.pieces]
            if all(leaf is None or leaf.key[0] == HEADER for leaf in leaves):
                return False
            return all(leaf is None or self.back.counterpart(leaf.key) is None for leaf in leaves)
        source = read.source
        return isinstance(source, Leaf | Run | Block) and self._receiver_has(source.key) is None

    def _receiver_has(self, key: Key) -> AnyNode | None:
        other = self.back.counterpart(key)
        if other is None:
            return None
        found = self.wanted.get(other)
        if found is None and other and isinstance(other[-1], int):
            found = self.wanted.get(other[:-1])
        return found


def misread(node: Leaf, sent: Leaf, value: Expr) -> tuple[Kind, Expr, str]:
    """What becomes of a number whose own bytes are read as another type."""
    held = number(node.default)
    if node.scalar == "bool" and sent.scalar != "bool":
        is_bit = either(
            compare(Operator.EQUAL, sent.expr, number(0)),
            compare(Operator.EQUAL, sent.expr, number(1)),
        )
        return Kind.LOSSY, negation(is_bit), "collapsed"
    if (node.scalar == "timer") != (sent.scalar == "timer"):
        # The same bytes; but one side's number is the other's deadline, or none.
        return Kind.CORRUPT, compare(Operator.NOT_EQUAL, value, held), "timer"
    if is_signed(node.scalar) != is_signed(sent.scalar) and node.width == sent.width:
        return Kind.CORRUPT, resigned(sent, node), "reinterpreted"
    differs = compare(Operator.NOT_EQUAL, value, sent.expr)
    wrong = both(differs, compare(Operator.NOT_EQUAL, value, held))
    return Kind.CORRUPT, wrong, "reinterpreted"


def _cut_off(source: Block, sent: int | bool | None, wanted: int | bool | None) -> Expr:
    """A bit is set that a shorter bitmap of as many words does not have."""
    if sent is None or wanted is None:
        return FALSE
    bits = [Item(type=BOOL, value=source.expr, index=number(i)) for i in range(wanted, sent)]
    return either(*bits)
