"""Hooks of structs that several devices embed: what they leave open is told once, at the struct.

QEMU's `PCIDevice` is in some sixty devices. A new hook there is one question, and not sixty.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from vmsdl.diff.attribute import FoundEdit, attribute_effects
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.evidence import make_open
from vmsdl.diff.hooks import ChangedHook, find_changed_hooks, find_hook_reasons
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, Finding
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.rules.registry import RULES
from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass
from vmsdl.schema.description import Role
from vmsdl.schema.traverse import find_reachable

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class SharedStruct:
    """A struct whose hooks changed, and the devices that embed it in both versions."""

    old: Side
    new: Side
    devices: tuple[str, ...]


def find_shared_structs(pairs: Mapping[str, tuple[Side, Side]]) -> dict[str, SharedStruct]:
    """Those with a changed hook that two devices or more embed, by their names on the wire.

    `pairs`: by its name, each device that both versions have.
    """
    embedding: dict[str, list[str]] = defaultdict(list)
    found: dict[str, tuple[Side, Side]] = {}
    for name, (old, new) in pairs.items():
        before, after = _find_structs(old), _find_structs(new)
        for struct in sorted(before.keys() & after.keys()):
            embedding[struct].append(name)
            found[struct] = before[struct], after[struct]
    return {
        struct: SharedStruct(old, new, tuple(embedding[struct]))
        for struct, (old, new) in found.items()
        if len(embedding[struct]) > 1 and _find_own_hooks(old, new)
    }


def settle(side: Side, structs: Iterable[str]) -> Side:
    """A device without the doubt that hooks of these structs leave."""
    return replace(side, settled=frozenset(structs))


def is_settled(pair: Pair, device: Side) -> bool:
    """Whether the hooks of a body in a device are reported at its struct."""
    while not pair.is_top and pair.old.description.role is Role.SUBSECTION:
        assert pair.owner is not None
        pair = pair.owner
    return pair.new.description.wire_name in device.settled


def report_shared(shared: SharedStruct) -> tuple[DeviceReport, list[Finding]]:
    """What the hooks of a struct leave open, for all devices that embed it."""
    old, new = shared.old, shared.new
    forward = _analyze(old, new, sender_is_old=True)
    backward = _analyze(new, old, sender_is_old=False)
    device = DeviceReport(
        new.description.wire_name,
        forward.verdict,
        backward.verdict,
        old.description.version_id,
        new.description.version_id,
        forward.assumptions,
        old,
        new,
        forward,
        backward,
    )
    pair = Pair(old, new, forward=forward, backward=backward)
    edits = [
        FoundEdit(rule.slug, edit)
        for rule in RULES
        for each in (pair, *pair.pair_subsections())
        for edit in rule.find(each)
        if edit.changes_hook
    ]
    where = f", in {_list_devices(shared.devices)}"
    findings = attribute_effects(edits, forward, backward, old, new)
    return device, [replace(each, message=each.message + where) for each in findings]


def _find_structs(side: Side) -> dict[str, Side]:
    return {
        body.wire_name: Side(side.schema, body)
        for body in find_reachable(side.schema, side.description)
        if body.role is Role.STRUCT and body is not side.description
    }


def _find_own_hooks(sender: Side, receiver: Side) -> list[ChangedHook]:
    own = sender.description.wire_name
    return [each for each in find_changed_hooks(sender, receiver) if each.struct == own]


def _analyze(sender: Side, receiver: Side, *, sender_is_old: bool) -> MigrationResult:
    """What its own hooks leave open; all else of it is told of the devices."""
    changed = _find_own_hooks(sender, receiver)
    reasons = list(find_hook_reasons(changed, sender_is_old=sender_is_old))
    roles = tuple(each.role for each in changed if each.role)
    verdict = Verdict.UNKNOWN if reasons else Verdict.OK
    return MigrationResult(verdict, tuple(map(make_open, reasons)), roles)


def _list_devices(names: tuple[str, ...]) -> str:
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{len(names)} devices: {listed}" + (f" and {more} more" if more > 0 else "")
