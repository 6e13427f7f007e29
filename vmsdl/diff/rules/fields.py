"""Plain fields, by their position."""

from bisect import bisect_left
from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import ChangeKind, FieldChange, Pair
from vmsdl.diff.fixes.text_edits import (
    as_fixes,
    declare_formerly,
    keep_as_unused,
    move_into_subsection,
    replace_text,
    restore_order,
    restore_type,
)
from vmsdl.diff.report import ProposedFix
from vmsdl.diff.rules.cancelling import find_cancelled
from vmsdl.diff.rules.removal import Removal, classify_removal
from vmsdl.diff.rules.retyping import make_type_edit
from vmsdl.diff.rules.rule import Family
from vmsdl.diff.rules.splits import find_merged, find_regrained, find_split, is_split
from vmsdl.diff.rules.unused_bytes import (
    count_bytes,
    find_padding,
    find_replaced_fields,
    is_in_place,
)
from vmsdl.diff.rules.versions import is_version_asked
from vmsdl.expr.nodes import Extern
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Field, Unused
from vmsdl.schema.sizes import measure_type
from vmsdl.source import Span

FAMILY = Family("fields")


@FAMILY.rule("balanced-edit", mirror="balanced-edit")
def balanced_edit(pair: Pair) -> Iterator[Edit]:
    yield from find_cancelled(pair, is_always=True)


@FAMILY.rule("balanced-under-condition", mirror="balanced-under-condition")
def balanced_under_condition(pair: Pair) -> Iterator[Edit]:
    yield from find_cancelled(pair, is_always=False)


@FAMILY.rule("field-added-ungated", mirror="field-removed")
def field_added_ungated(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        if not new.since and new.condition is None:
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` was added, and nothing says which streams have it",
                moves=True,
                help="put it into a subsection, sent only where it is needed",
                remedies=move_into_subsection(pair, new),
            )


@FAMILY.rule("field-added-tested", mirror="field-removed")
def field_added_tested(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        if not new.since and new.condition is not None:
            test = "extern" if isinstance(new.condition, Extern) else unparse(new.condition)
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` was added, there if `{test}`",
                moves=True,
                is_version=is_version_asked(pair, new),
                help="put it into a subsection, unless older programs never meet the condition",
            )


@FAMILY.rule("field-added-gated", mirror="field-removed-bumped-only")
def field_added_gated(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        before, after = pair.old.description.version_id, pair.new.description.version_id
        if pair.is_versioned and before < new.since <= after:
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` was added since version {new.since}",
                is_version=True,
                help="a subsection with a `needed` would leave the way back open",
                remedies=move_into_subsection(pair, new, version=before),
            )


@FAMILY.rule("field-added-gate-unreached", mirror="unreached-field-removed")
def field_added_gate_unreached(pair: Pair) -> Iterator[Edit]:
    version = pair.new.description.version_id
    for new in pair.added:
        if new.since > version:
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` was added since {new.since}, and the version is {version}: "
                "it never travels",
                help="raise the version to the gate, or put it into a subsection",
            )


@FAMILY.rule("field-added-gate-already-released", mirror="field-removed")
def field_added_gate_already_released(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        before = pair.old.description.version_id
        if 0 < new.since <= min(before, pair.new.description.version_id):
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` was added since {new.since}, and version {before} is out without it",
                moves=True,
                help="raise the version and the gate, or put it into a subsection",
                remedies=move_into_subsection(pair, new),
            )


@FAMILY.rule("field-removed", mirror="field-added-ungated")
def field_removed(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed:
        if classify_removal(pair, old) is Removal.PLAIN:
            yield make_edit(
                pair,
                old,
                None,
                f"`{old.name}` was removed",
                moves=True,
                help="keep its place with `unused[…];`",
                remedies=keep_as_unused(pair, old),
            )


@FAMILY.rule("field-removed-clean-break", mirror="version-lowered")
def field_removed_clean_break(pair: Pair) -> Iterator[Edit]:
    before, after = pair.old.description, pair.new.description
    for old in pair.removed:
        if classify_removal(pair, old) is Removal.CLEAN_BREAK:
            minimum = after.minimum_version_id
            yield make_edit(
                pair,
                old,
                None,
                f"`{old.name}` was removed, and versions before {minimum} are not read any more",
                is_version=True,
                help="`unused` bytes in its place and the old version keep both directions open",
                remedies=keep_as_unused(
                    pair, old, version=(before.version_id, before.minimum_version_id)
                ),
            )


@FAMILY.rule("field-removed-bumped-only", mirror="field-added-ungated")
def field_removed_bumped_only(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    for old in pair.removed:
        if classify_removal(pair, old) is Removal.VERSIONED:
            is_raised = other.version_id > one.version_id
            yield make_edit(
                pair,
                old,
                None,
                f"`{old.name}` was removed, and version {one.version_id} became {other.version_id}",
                moves=is_raised,
                is_version=True,
                help="keep its place with `unused[…];` and leave the version",
                remedies=keep_as_unused(
                    pair, old, version=(one.version_id, one.minimum_version_id)
                ),
            )


@FAMILY.rule("unreached-field-removed", mirror="field-added-gate-unreached")
def unreached_field_removed(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed:
        if classify_removal(pair, old) is Removal.UNREACHED:
            yield make_edit(pair, old, None, f"`{old.name}` was removed, and was in no stream")


@FAMILY.rule("field-to-unused", mirror="unused-to-field")
def field_to_unused(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.TO_UNUSED):
        if is_in_place(pair, change):
            fields = find_replaced_fields(change.old)
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{as_fixes(fields)} became {count_bytes(change.new)}",
                help="harmless where 0 is a value that older programs can do with",
                remedies=restore_type(change.old[0], change.new[0]) if len(change.old) == 1 else (),
            )


@FAMILY.rule("field-to-unused-other-width", mirror="unused-to-field-other-width")
def field_to_unused_other_width(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.TO_UNUSED):
        if not is_in_place(pair, change):
            fields = find_replaced_fields(change.old)
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{as_fixes(fields)} became {count_bytes(change.new)}, which is not its place",
                moves=True,
                help="leave as many bytes as it took, under the gate that it had",
                remedies=_as_many(pair, fields[0], change.new[0].span),
            )


def _as_many(pair: Pair, old: Field, place: Span) -> Iterator[ProposedFix]:
    width = measure_type(old.type, pair.old.schema)
    if width is not None and old.condition is None:
        text = f"unused[{width}]{f' since {old.since}' if old.since else ''};"
        yield from replace_text(f"make it `{text}`", place, text)


@FAMILY.rule("unused-to-field", mirror="field-to-unused")
def unused_to_field(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.FROM_UNUSED):
        if is_in_place(pair, change):
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{as_fixes(find_replaced_fields(change.new))} stands where"
                f" {count_bytes(change.old)} stood",
                help="older programs send 0 there, and skip what they are sent",
                remedies=_left_unused(pair, change),
            )


def _left_unused(pair: Pair, change: FieldChange) -> Iterator[ProposedFix]:
    fields = find_replaced_fields(change.new)
    if len(fields) == 1:
        width = measure_type(fields[0].type, pair.new.schema)
        yield from move_into_subsection(pair, fields[0], left=f"unused[{width}];")


@FAMILY.rule("unused-to-field-other-width", mirror="field-to-unused-other-width")
def unused_to_field_other_width(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.FROM_UNUSED):
        if not is_in_place(pair, change):
            fields = find_replaced_fields(change.new)
            before = count_bytes(change.old)
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{as_fixes(fields)} stands where {before} stood, which is not its place",
                moves=True,
                help="use the bytes that are there, and leave the rest unused",
                remedies=move_into_subsection(pair, fields[0], left=change.old[0].span.text),
            )


@FAMILY.rule("unused-resized", mirror="unused-resized")
def unused_resized(pair: Pair) -> Iterator[Edit]:
    for old, new in find_padding(pair.changed(ChangeKind.KEPT)):
        if unparse(old.length) != unparse(new.length):
            yield make_edit(
                pair,
                old,
                new,
                f"{count_bytes([old])} became {count_bytes([new])}",
                moves=True,
                help="leave their number",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("unused-added", mirror="unused-removed")
def unused_added(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.ADDED):
        for gap in change.new:
            if isinstance(gap, Unused):
                yield make_edit(
                    pair,
                    None,
                    gap,
                    f"{count_bytes([gap])} were added",
                    moves=True,
                    is_version=is_version_asked(pair, gap),
                    help="put what is new into a subsection when it comes",
                    remedies=replace_text("take them out again", gap.span, ""),
                )


@FAMILY.rule("unused-removed", mirror="unused-added")
def unused_removed(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.REMOVED):
        for gap in change.old:
            if isinstance(gap, Unused):
                yield make_edit(
                    pair,
                    gap,
                    None,
                    f"{count_bytes([gap])} were removed",
                    moves=True,
                    help="keep them",
                    remedies=keep_as_unused(pair, gap),
                )


@FAMILY.rule("unused-changed", mirror="unused-changed")
def unused_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_padding(pair.changed(ChangeKind.KEPT)):
        is_same = unparse(old.length) == unparse(new.length)
        if is_same and (old.since, old.condition) != (new.since, new.condition):
            yield make_edit(
                pair,
                old,
                new,
                f"{count_bytes([old])} became {count_bytes([new])}",
                moves=True,
                is_version=old.since != new.since and is_version_asked(pair, new),
                help="leave them as they were",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("fields-reordered", mirror="fields-reordered")
def fields_reordered(pair: Pair) -> Iterator[Edit]:
    both = list(pair.kept)
    places = {old.name: i for i, old in enumerate(pair.old.description.fields)}
    order = [places[old.name] for old, _ in both]
    moved = sorted(set(range(len(order))) - _in_step(order))
    if moved:
        news = tuple(both[i][1] for i in moved)
        yield make_edit(
            pair,
            tuple(both[i][0] for i in moved),
            news,
            f"{as_fixes(news)} stand{'s' if len(news) == 1 else ''} elsewhere in the order",
            moves=True,
            help="leave released fields where they are",
            remedies=restore_order([new for _, new in both], order),
        )


def _in_step(order: list[int]) -> set[int]:
    """The most that kept their order: a longest increasing subsequence, by its places."""
    lasts: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for i, place in enumerate(order):
        at = bisect_left(lasts, place)
        lasts[at : at + 1] = [place]
        ends[at : at + 1] = [i]
        before.append(ends[at - 1] if at else None)
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


@FAMILY.rule("field-renamed", mirror="field-renamed")
def field_renamed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.name != new.name:
            yield make_edit(pair, old, new, f"`{old.name}` is called `{new.name}` now")


@FAMILY.rule("field-replaced-same-width", mirror="field-replaced-same-width")
def field_replaced_same_width(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.REPLACED):
        if len(change.old) > 1 or len(change.new) > 1:
            continue  # `field-split`, `fields-merged`
        old, new = change.old[0], change.new[0]
        assert isinstance(old, Field)
        assert isinstance(new, Field)
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` stands where `{old.name}` stood: is it the same?",
            moves=True,
            help=f"say `formerly {old.name}` where it is; else leave `unused` bytes in the place",
            remedies=declare_formerly([new], [old]),
        )


@FAMILY.rule("field-split", mirror="fields-merged")
def field_split(pair: Pair) -> Iterator[Edit]:
    yield from find_split(pair, is_array=False)
    for old, new in find_regrained(pair):
        if is_split(old, new, pair):
            yield make_type_edit(pair, old, new, "the same bytes, cut otherwise", moves=False)


@FAMILY.rule("fields-merged", mirror="field-split")
def fields_merged(pair: Pair) -> Iterator[Edit]:
    yield from find_merged(pair, is_array=False)
    for old, new in find_regrained(pair):
        if not is_split(old, new, pair):
            yield make_type_edit(pair, old, new, "the same bytes, cut otherwise", moves=False)


@FAMILY.rule("struct-inlined", mirror="fields-grouped")
def struct_inlined(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.INLINED):
        fields = [piece for piece in change.old if isinstance(piece, Field)]
        yield make_edit(
            pair,
            change.old,
            change.new,
            f"the fields of {as_fixes(fields)} stand where it stood",
        )


@FAMILY.rule("fields-grouped", mirror="struct-inlined")
def fields_grouped(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.GROUPED):
        fields = [piece for piece in change.new if isinstance(piece, Field)]
        yield make_edit(
            pair,
            change.old,
            change.new,
            f"{as_fixes(fields)} holds the fields that stood in its place",
        )
