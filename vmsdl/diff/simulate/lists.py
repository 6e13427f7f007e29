"""Lists and arrays of structs whose elements are not the same on both sides.

First one element is held against one: where both always take the same bytes, what happens to an
element happens to the list if it happens to any. Where they do not, as many as three elements are
followed byte by byte: that can show a refusal or a corruption, and never that there is none.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.layout.nodes import (
    MOST_ELEMENTS,
    AnyNode,
    BlockNode,
    MoreElementsNode,
    PlacedBody,
    ScalarNode,
)
from vmsdl.diff.simulate.records import (
    Inner,
    LoadEnding,
    LoadOutcome,
    OpenedElements,
    Untranslatable,
    WalkState,
)
from vmsdl.diff.simulate.subsections import SubsectionScanner
from vmsdl.expr.logic import (
    TRUE,
    FieldPath,
    and_,
    collect_operands,
    exists,
    make_comparison,
    make_literal,
    not_,
)
from vmsdl.expr.nodes import (
    INTEGER,
    Call,
    Expr,
    Expression,
    Function,
    Item,
    Operator,
    Select,
    StructValue,
    Variable,
    children,
)
from vmsdl.expr.text import format_path
from vmsdl.schema.description import Field
from vmsdl.schema.types import BYTE, Array, EnumType, ListType, MapType, Scalar, StructType

ELEMENT = "e"
MARKER = "(marker)"  # what no field of a schema is called
_NO_FIELD = Field(name=MARKER, wire_name=MARKER, type=BYTE)
# Refusals that do not hang on what follows.
_FOR_SURE = frozenset(
    {"unknown-subsection", "version-too-new", "version-too-old", "check-failed", "bad-enum"}
)


class ListUnroller(SubsectionScanner, ABC):
    """What is made of the elements of lists and arrays."""

    @abstractmethod
    def outcomes_from(self, state: WalkState) -> Iterator[LoadOutcome]:
        """The walk itself, which builds on this."""

    def inner(self, state: WalkState, sent: BlockNode, wanted: BlockNode) -> Inner | None:
        """What one element does to any; None: the two do not take the same bytes."""
        pairs = _element_types(sent, wanted)
        if pairs is None:
            return None
        names = tuple((one.name, other.name) for one, other in pairs)
        if names in self.looking:
            # Lists in lists of the same: they agree if, all else being equal, these do.
            self.again.add(names)
            return ()
        key = (sent.key, wanted.key)
        if key not in self.inners:
            self.looking.add(names)
            found = self._of_pairs(state, sent, wanted, pairs)
            self.looking.remove(names)
            # What happens to an element at any depth no condition says.
            self.inners[key] = None if found and names in self.again else found
        return self.inners[key]

    def _of_pairs(
        self,
        state: WalkState,
        sent: BlockNode,
        wanted: BlockNode,
        pairs: list[tuple[StructType, StructType]],
    ) -> Inner | None:
        found: Inner = ()
        for one, other in pairs:
            body = self.sender.element(
                sent, one, Variable(type=StructValue(one.name), name=ELEMENT), 0
            )
            target = self.receiver.element(wanted, other, _first(wanted, other), 0)
            effects = self._of_one(state, body, target)
            if effects is None:
                return None
            found += tuple(replace(e, when=_of_any(e.when, state, sent)) for e in effects)
        if found and not isinstance(sent.type, ListType | Array):
            return None
        return found

    def _of_one(self, state: WalkState, body: PlacedBody, target: PlacedBody) -> Inner | None:
        start = WalkState(
            sent=self.sender.nodes(body)[::-1],
            wanted=self.receiver.nodes(target)[::-1],
            env=dict(state.env),
            own=dict(state.own),
            path=state.path,
        )
        judge = self.judge_of(self.sender.everything(body), self.receiver.everything(target))
        found: Inner = ()
        for outcome in self.outcomes_from(start):
            if self.never(outcome.when):
                continue
            is_sure = outcome.ending is LoadEnding.REFUSED and outcome.reason in _FOR_SURE
            if outcome.ending is not LoadEnding.ACCEPTED and not is_sure:
                return None
            effects = judge.judge(outcome).effects
            found += tuple(effect for effect in effects if not self.never(effect.when))
        return found

    # To three elements --------------------------------------------------------------------------

    def opened(
        self, state: WalkState, sent: AnyNode, wanted: AnyNode
    ) -> "tuple[list[WalkState], list[LoadOutcome]] | None":
        """One of the two with its elements laid out, for each number of them."""
        if isinstance(sent, BlockNode) and _can_open(state, sent) and not state.off:
            return self._open_sent(state, sent)
        if (
            isinstance(wanted, BlockNode)
            and _can_open(state, wanted)
            and not (state.got or state.need)
        ):
            return self._open_wanted(state, wanted)
        return None

    def _open_sent(
        self, state: WalkState, block: BlockNode
    ) -> "tuple[list[WalkState], list[LoadOutcome]]":
        is_list = isinstance(block.type, ListType)
        forks: list[WalkState] = []
        for n in range(MOST_ELEMENTS + 1):
            fork = state.fork(make_comparison(Operator.EQUAL, _length(block), make_literal(n)))
            nodes: list[AnyNode] = []
            for i in range(n):
                nodes += [_byte(block, i, 1)] if is_list else []
                nodes += self.sender.elements(block, i)
            nodes += [_byte(block, n, 0)] if is_list else []
            nodes = [replace(node, under=and_(node.under, block.under)) for node in nodes]
            fork.sent[-1:] = nodes[::-1]
            fork.opened.append(OpenedElements(block.key, True, tuple(nodes)))
            forks.append(fork)
        return forks, self._too_many(state, block, _length(block))

    def _open_wanted(
        self, state: WalkState, block: BlockNode
    ) -> "tuple[list[WalkState], list[LoadOutcome]]":
        if isinstance(block.type, ListType):
            state.wanted[-1:] = [
                MoreElementsNode(key=block.key, block=block, index=0),
                _byte(block, 0, 0),
            ]
            state.opened.append(OpenedElements(block.key, False, ()))
            return [state], []
        count = self.told(state, block.sizes[0])
        forks: list[WalkState] = []
        for n in range(MOST_ELEMENTS + 1):
            fork = state.fork(make_comparison(Operator.EQUAL, count, make_literal(n)))
            nodes = [node for i in range(n) for node in self.receiver.elements(block, i)]
            fork.wanted[-1:] = nodes[::-1]
            fork.opened.append(OpenedElements(block.key, False, tuple(nodes)))
            forks.append(fork)
        return forks, self._too_many(state, block, count)

    def _too_many(self, state: WalkState, block: BlockNode, length: Expr) -> list[LoadOutcome]:
        longer = state.fork(make_comparison(Operator.GREATER, length, make_literal(MOST_ELEMENTS)))
        if self.never(longer.path):
            return []
        return [
            self._open(longer, f"more than {MOST_ELEMENTS} elements of `{format_path(block.key)}`")
        ]

    def more(
        self, state: WalkState, wanted: MoreElementsNode
    ) -> "tuple[list[WalkState], list[LoadOutcome]]":
        """A marker was read: is there another element?"""
        block, i = wanted.block, wanted.index
        marker = state.env.get((*block.key, i, MARKER))
        if not isinstance(marker, Expression):
            raise Untranslatable(
                f"how many elements of `{format_path(block.key)}` there are is not known"
            )
        ends = make_comparison(Operator.EQUAL, marker, make_literal(0))  # type: ignore[arg-type]
        end, go_on = state.fork(ends), state.fork(not_(ends))
        end.wanted.pop()
        if i == MOST_ELEMENTS:
            open_ = self._too_many(go_on, block, make_literal(i + 1))
            return [end], open_
        nodes = self.receiver.elements(block, i)
        go_on.wanted[-1:] = [
            replace(wanted, index=i + 1),
            _byte(block, i + 1, 0),
            *nodes[::-1],
        ]
        go_on.opened.append(OpenedElements(block.key, False, tuple(nodes)))
        return [end, go_on], []


def _element_types(
    sent: BlockNode, wanted: BlockNode
) -> list[tuple[StructType, StructType]] | None:
    match sent.type, wanted.type:
        case ListType(element=one), ListType(element=other):
            return [(one, other)]
        case (
            Array(element=StructType() as one, nullable=n, marked=m),
            Array(element=StructType() as other, nullable=k, marked=j),
        ) if (n, m) == (k, j):
            return [(one, other)]
        case MapType(key=key, value=one), MapType(key=other_key, value=other):
            if key is None or other_key is None:
                return [(one, other)] if key is other_key else None
            return [(key, other_key), (one, other)]
        case _:
            return None


def _is_within(key: FieldPath, outer: FieldPath) -> bool:
    return len(key) > len(outer) and key[: len(outer)] == outer


def _can_open(state: WalkState, block: BlockNode) -> bool:
    match block.type:
        case _ if any(_is_within(block.key, each.key) for each in state.opened):
            return False  # lists in lists could go on for ever
        case ListType():
            return True
        case Array(element=StructType() | Scalar() | EnumType(), nullable=False, marked=False):
            return True
        case _:
            return False


def _length(block: BlockNode) -> Expr:
    if isinstance(block.type, Array):
        return block.sizes[0]
    return Call(type=INTEGER, function=Function.LEN, arguments=(block.expr,))


def _first(block: BlockNode, struct: StructType) -> Expr:
    # By its number, not as any element: a receiver's places are told by their keys.
    return Item(type=StructValue(struct.name), value=block.expr, index=make_literal(0))


def _byte(block: BlockNode, i: int, value: int) -> ScalarNode:
    """The byte before an element, or behind the last; the sender writes this value there."""
    return ScalarNode(
        key=(*block.key, i, MARKER),
        guard=TRUE,
        expr=make_literal(value),
        type=BYTE,
        scalar=BYTE.name,
        width=1,
        default=0,
        field=_NO_FIELD,
    )


def is_marker(key: FieldPath) -> bool:
    return bool(key) and key[-1] == MARKER


def _of_any(when: Expr, state: WalkState, block: BlockNode) -> Expr:
    """What holds of an element, said of the list: it holds of any."""
    known = set(collect_operands(state.path, Operator.AND))
    parts = [part for part in collect_operands(when, Operator.AND) if part not in known]
    inside = [part for part in parts if _speaks_of_element(part)]
    outside = [part for part in parts if not _speaks_of_element(part)]
    if not inside:
        return and_(*outside, make_comparison(Operator.NOT_EQUAL, _length(block), make_literal(0)))
    return and_(*outside, exists(block.expr, ELEMENT, and_(*inside)))


def _speaks_of_element(e: Expr) -> bool:
    stack = [e]
    while stack:
        match stack.pop():
            case Variable(name=name):
                if name == ELEMENT:
                    return True
            case Select(value=value):
                stack.append(value)
            case Item(value=value, index=index):
                stack += [value, index]
            case part:
                stack += children(part)
    return False
