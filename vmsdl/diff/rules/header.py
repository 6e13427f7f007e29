"""The header of a section, and what it is known by."""

from collections.abc import Iterator

from vmsdl.diff.devices import read_qom_names
from vmsdl.diff.edits.edit import Edit, make_body_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import drop_needed, set_version, widen_needed
from vmsdl.diff.rules.conditions import WORDS, find_relation, make_scope
from vmsdl.diff.rules.removal import Removal, classify_removal
from vmsdl.diff.rules.rule import Family
from vmsdl.diff.rules.versions import anything_asks, find_gates, has_removed_fields
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.prove.implication import Relation

FAMILY = Family("header")


@FAMILY.rule("type-renamed-wire-same", mirror="type-renamed-wire-same")
def type_renamed_wire_same(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if one.wire_name != other.wire_name:
        return
    before, after = read_qom_names(one), read_qom_names(other)
    if one.name != other.name:
        yield make_body_edit(pair, f"`{one.name}` is `{other.name}` in the schema now")
    elif before - after and after - before:
        names = [", ".join(f"`{name}`" for name in sorted(each)) for each in (before, after)]
        yield make_body_edit(pair, f"its type was {names[0]} and is {names[1]}")


@FAMILY.rule("top-level-needed-added", mirror="top-level-needed-removed")
def top_level_needed_added(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and one.needed is None and other.needed is not None:
        yield make_body_edit(
            pair,
            "the section is sent only where it is needed now",
            moves=True,
            help="let the condition be true wherever a field is not as after reset",
            remedies=drop_needed(other),
        )


@FAMILY.rule("top-level-needed-removed", mirror="top-level-needed-added")
def top_level_needed_removed(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and one.needed is not None and other.needed is None:
        yield make_body_edit(
            pair,
            "the section is always sent now",
            moves=True,
            help="keep the condition while programs are about that do not know the section",
        )


@FAMILY.rule("top-level-needed-changed", mirror="top-level-needed-changed")
def top_level_needed_changed(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and None not in (one.needed, other.needed) and one.needed != other.needed:
        yield make_body_edit(
            pair,
            f"the section is sent {_how(pair, one.needed, other.needed)}",
            moves=True,
            help="let it be sent in every case in which it was",
            remedies=widen_needed(one, other),
        )


def _how(pair: Pair, old: Expr | Extern | None, new: Expr | Extern | None) -> str:
    if old is None or new is None or isinstance(old, Extern) or isinstance(new, Extern):
        return WORDS[Relation.OPEN]
    return WORDS[find_relation(pair, make_scope(pair), old, new)]


@FAMILY.rule("version-bump-only", mirror="version-lowered")
def version_bump_only(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    is_read = other.minimum_version_id <= one.version_id
    if pair.is_top and one.version_id < other.version_id and is_read and not anything_asks(pair):
        yield make_body_edit(
            pair,
            f"version {one.version_id} became {other.version_id}, and no field asks for it",
            is_version=True,
            help="a bump buys nothing and costs every rollback: take it back",
            remedies=set_version(other, one.version_id, other.minimum_version_id),
        )


@FAMILY.rule("version-lowered", mirror="version-bump-only")
def version_lowered(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    is_told = any(classify_removal(pair, old) is Removal.VERSIONED for old in pair.removed)
    if pair.is_top and other.version_id < one.version_id and not is_told:
        yield make_body_edit(
            pair,
            f"version {one.version_id} became {other.version_id}",
            is_version=True,
            help="versions only grow: keep the number",
            remedies=set_version(other, one.version_id, other.minimum_version_id),
        )


@FAMILY.rule("minimum-raised-covered", mirror="minimum-lowered-covered")
def minimum_raised_covered(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and before < after <= one.version_id:
        gone = str(before) if before == after - 1 else f"{before} to {after - 1}"
        yield make_body_edit(
            pair,
            f"minimum {before} became {after}: streams of version {gone} are cut off",
            help="compare with all releases to see which wrote them",
        )


@FAMILY.rule("minimum-raised-beyond-old", mirror="version-lowered")
def minimum_raised_beyond_old(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and after > one.version_id and not has_removed_fields(pair):
        yield make_body_edit(
            pair,
            f"minimum {before} became {after}, above the old version {one.version_id}",
            is_version=True,
            help=f"say `minimum {before}` where what was written before can still be read",
            remedies=set_version(other, other.version_id, before),
        )


@FAMILY.rule("minimum-lowered-uncovered", mirror="minimum-raised-covered")
def minimum_lowered_uncovered(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    is_lowered = pair.is_top and after < before and other.version_id >= before
    if is_lowered and not find_gates(pair, after, before):
        yield make_body_edit(
            pair,
            f"minimum {before} became {after}: nothing describes the layouts before {before}",
            help="say `since` of what the older streams do not have, or leave the minimum",
        )


@FAMILY.rule("minimum-lowered-covered", mirror="minimum-raised-covered")
def minimum_lowered_covered(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    is_lowered = pair.is_top and after < before and other.version_id >= before
    if is_lowered and find_gates(pair, after, before):
        yield make_body_edit(
            pair,
            f"minimum {before} became {after}: older streams load now",
            help="try it with a stream of such a version",
        )


@FAMILY.rule("unmigratable-set", mirror="unmigratable-cleared")
def unmigratable_set(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if other.unmigratable and not one.unmigratable:
        yield make_body_edit(pair, "it cannot be migrated any more", is_version=True)


@FAMILY.rule("unmigratable-cleared", mirror="unmigratable-set")
def unmigratable_cleared(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if one.unmigratable and not other.unmigratable:
        yield make_body_edit(pair, "it can be migrated now", is_version=True)
