"""How many bytes are still to come on one side, in terms of the sender."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass as mutable
from dataclasses import field, replace

from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionsNode,
)
from vmsdl.diff.simulate.reasons import Untranslatable
from vmsdl.diff.simulate.records import WalkState
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.subsections import find_header_size
from vmsdl.diff.simulate.totals.elements import measure_element, measure_map_element
from vmsdl.diff.simulate.totals.ranges import Range, collect_check_ranges, find_type_range
from vmsdl.diff.simulate.totals.reachable_sums import Multiple
from vmsdl.diff.simulate.totals.total import SubsectionSize, Total
from vmsdl.diff.simulate.translate import find_expected_condition, find_sent_condition, translate
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    FieldPath,
    and_,
    collect_operands,
    find_path,
    fold_expression,
    if_then_else,
    is_false,
    is_true,
    make_arithmetic,
    make_comparison,
    make_literal,
    map_places,
    not_,
    to_integer,
)
from vmsdl.expr.nodes import (
    INTEGER,
    Call,
    Expr,
    Function,
    Operator,
)
from vmsdl.records import dataclass
from vmsdl.schema.sizes import WORD
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    ListType,
    MapType,
    Opaque,
    Type,
)


@mutable(slots=True)
class SettingsAfterReset:
    """Values of locals and properties after reset, and conditions for those that were used."""

    values: Mapping[FieldPath, int | bool]
    used: dict[Expr, None] = field(default_factory=dict)

    def fix(self, e: Expr) -> Expr:
        def place(part: Expr) -> Expr:
            path = find_path(part)
            value = None if path is None else self.values.get(path)
            if value is None:
                return part
            literal = make_literal(value)
            self.used[make_comparison(Operator.EQUAL, part, literal)] = None
            return literal

        return fold_expression(map_places(e, place))


def measure_side(
    simulation: Simulation,
    state: WalkState,
    is_sent: bool,
    names: Counter[str],
    settings: "SettingsAfterReset | None",
) -> Total:
    total = Total()
    nodes = state.sent if is_sent else state.expected
    ranges = {} if is_sent else collect_check_ranges(nodes)
    known = frozenset(collect_operands(state.condition, Operator.AND))
    measure = Measurement(simulation, state, total, is_sent, names, ranges, settings, known)
    for node in nodes:
        measure.add(node)
    return total


@dataclass(frozen=True, slots=True)
class Measurement:
    """Adds nodes of one side to its total."""

    simulation: Simulation
    state: WalkState
    total: Total
    is_sent: bool
    names: Counter[str]  # of the subsections that the sender may send, with how many there are
    ranges: dict[Expr, Range]  # of the receiver's counts, by its own checks
    settings: SettingsAfterReset | None  # None: locals and properties can be anything
    known: frozenset[Expr]  # what holds on this path

    def add(self, node: AnyNode) -> None:
        if isinstance(node, CheckNode):
            return
        presence = self._find_presence(node)
        if presence is not None and is_false(presence):
            return
        match node:
            case ScalarNode(width=width):
                self._add(width, presence)
            case ScalarArrayNode(width=width, count=count):
                self._add(width * count, presence)
            case PaddingNode(length=length):
                self._add_counted(1, length, presence)
            case BlockNode():
                self._add_block(node, presence)
            case MoreElementsNode(block=block):
                self._add_elements(1, self._measure_element(block), None, None)
            case SubsectionsNode():
                self._add_subsections(node, presence)

    @property
    def _flattener(self) -> Flattener:
        return self.simulation.sender if self.is_sent else self.simulation.receiver

    def _find_presence(self, node: AnyNode) -> Expr | None:
        """When a node is there; None: that is not known."""
        if self.is_sent:
            condition = find_sent_condition(node)
        else:
            try:
                condition = find_expected_condition(self.simulation, self.state, node)
            except Untranslatable:
                return None
        return _simplify(condition, self.known)

    def _find_number(self, number: Expr) -> Expr | None:
        """A count in terms of the sender; None: it is not known."""
        if not self.is_sent:
            try:
                number = translate(self.simulation, self.state, number)
            except Untranslatable:
                return None
        return number if self.settings is None else self.settings.fix(number)

    def _add(self, size: int, presence: Expr | None) -> None:
        if presence is None:
            self.total.add_free(size, 0, 1)
        else:
            self.total.add(size, to_integer(presence))

    def _add_counted(self, size: int, count: Expr, presence: Expr | None) -> None:
        number = self._find_number(count)
        if number is not None and presence is not None:
            self.total.add(size, if_then_else(presence, number, make_literal(0)))
            return
        least, most = self._find_range(count)
        is_there = presence is not None and is_true(presence)
        self.total.add_free(size, least if is_there else 0, most)

    def _find_range(self, count: Expr) -> Range:
        value = fold_constant(count)
        if value is not None:
            return int(value), int(value)
        return self.ranges.get(count) or find_type_range(count)

    def _add_block(self, node: BlockNode, presence: Expr | None) -> None:
        match node.type:
            case Bytes():
                self._add_counted(1, node.sizes[0], presence)
            case Opaque(length=length) if length is not None:
                self._add_counted(1, node.sizes[0], presence)
            case Bitmap():
                self._add_counted(WORD, _count_words(node.sizes[0]), presence)
            case Blob():
                self._add(4, presence)
                self._add_elements(0, Total(fixed=1), self._find_length(node), presence)
            case ListType():
                self._add(1, presence)
                element = self._measure_element(node)
                self._add_elements(1, element, self._find_length(node), presence)
            case MapType() as map_:
                self._add(5, presence)
                element = measure_map_element(self._flattener, node, map_)
                number = self._find_length(node)
                if number is None and self._is_next_map(node):
                    number = count_elements(self.state.sent[-1])
                self._add_elements(1, element, number, presence)
            case Array():
                self._add_array(node, presence)
            case _:
                self.total.add_anything()

    def _measure_element(self, block: BlockNode) -> Total:
        assert isinstance(block.type, ListType | Array)
        return measure_element(self._flattener, block, block.type.element)

    def _find_length(self, node: BlockNode) -> Expr | None:
        """How many elements a list has; the receiver takes that from bytes that it has yet to
        read."""
        return count_elements(node) if self.is_sent else None

    def _is_next_map(self, node: BlockNode) -> bool:
        """The receiver reads the number of nodes that was sent, and refuses any other number of
        them (`get_gtree` in QEMU's `migration/vmstate-types.c`)."""
        state = self.state
        if not (state.is_between_nodes and state.sent and node is state.expected[-1]):
            return False
        sent = state.sent[-1]
        return isinstance(sent, BlockNode) and isinstance(sent.type, MapType)

    def _add_array(self, node: BlockNode, presence: Expr | None) -> None:
        count: Expr = make_literal(1)
        element: Type = node.type
        is_nullable = is_marked = False
        for length in node.sizes:
            if not isinstance(element, Array) or is_nullable or is_marked:
                break
            count = _multiply(count, length)
            is_nullable, is_marked = element.nullable, element.marked
            element = element.element
        inner = measure_element(self._flattener, node, element)
        if is_marked:
            # A byte says whether it is there.
            inner = Total(fixed=1, free=[*inner.free, Multiple(inner.fixed, None)])
        elif is_nullable and inner.fixed > 1:
            # Null is one byte, what is there is itself.
            inner = Total(fixed=1, free=[*inner.free, Multiple(inner.fixed - 1, None)])
        elif is_nullable:
            inner = Total(free=[Multiple(1, None)])
        self._add_counted(inner.fixed, count, presence)
        self.total.free += [Multiple(each.size, None) for each in inner.free]

    def _add_elements(
        self, marker: int, element: Total, number: Expr | None, presence: Expr | None
    ) -> None:
        """So many elements, each after a marker of so many bytes."""
        size = marker + element.fixed
        if number is None or presence is None:
            self.total.add_free(size)
        else:
            self.total.add(size, if_then_else(presence, number, make_literal(0)))
        self.total.free += [Multiple(each.size, None) for each in element.free]

    def _add_subsections(self, node: SubsectionsNode, presence: Expr | None) -> None:
        for entry in node.entries:
            name = entry.description.wire_name
            body = Total(fixed=find_header_size(name))
            inside = replace(self, total=body)
            nodes = self._flattener.flatten_subsection(entry, entry.description.version_id)
            present: Expr = TRUE
            if self.is_sent:
                present = _simplify(and_(presence or TRUE, entry.needed), self.known)
            if is_false(present) or (not self.is_sent and not self.names[name]):
                continue
            for inner in nodes:
                guard = and_(inner.sender_guard, present)
                inside.add(replace(inner, sender_guard=guard) if self.is_sent else inner)
            factor = to_integer(present)
            size = body.fixed + body.factors.pop(factor, 0)
            self.total.subsections += [SubsectionSize(name, size, factor), *body.subsections]
            # As often as there are headers of this name that can be met.
            times = 1 if self.is_sent else self.names[name]
            self.total.free += [each.times(times) for each in body.free]
            if self.is_sent:
                self.total.factors.update(body.factors)
            elif body.factors:
                self.total.add_anything()


def count_elements(node: AnyNode) -> Expr:
    assert isinstance(node, BlockNode)
    return Call(type=INTEGER, function=Function.LEN, arguments=(node.expr,))


def _multiply(one: Expr, other: Expr) -> Expr:
    if one == make_literal(1):
        return other
    return make_arithmetic(Operator.MULTIPLY, one, other)


def _count_words(bits: Expr) -> Expr:
    rounded = make_arithmetic(Operator.ADD, bits, make_literal(8 * WORD - 1))
    return make_arithmetic(Operator.DIVIDE, rounded, make_literal(8 * WORD))


def _simplify(condition: Expr, known: frozenset[Expr]) -> Expr:
    """By its form alone: there are many of these, and the prover sees their sum."""
    if not_(condition) in known:
        return FALSE
    parts = collect_operands(condition, Operator.AND)
    if any(not_(part) in known for part in parts):
        return FALSE
    return and_(*(part for part in parts if part not in known))


def collect_subsection_names(simulation: Simulation, state: WalkState) -> Iterator[str]:
    """The wire names of all subsections that may follow."""
    known = frozenset(collect_operands(state.condition, Operator.AND))
    waiting: list[AnyNode] = list(state.sent)
    while waiting:
        node = waiting.pop()
        if isinstance(node, SubsectionsNode):
            for entry in node.entries:
                if is_false(_simplify(entry.needed, known)):
                    continue
                yield entry.description.wire_name
                waiting += simulation.sender.flatten_subsection(entry, entry.description.version_id)
