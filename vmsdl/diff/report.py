"""The report: the verdicts on devices, and the findings that explain them."""

from dataclasses import field
from datetime import date

from vmsdl.diagnostics.diagnostic import Fix
from vmsdl.diagnostics.diagnostic import Replacement as Replacement
from vmsdl.diff.direction import Direction
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.suppression import Suppression, compute_fingerprint
from vmsdl.diff.verdict import Verdict, Verdicts, worst, worst_of_each
from vmsdl.expr.nodes import Expr
from vmsdl.prove.budget import Budget
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, Span

ALWAYS = "always"  # the text of a condition that every state meets


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The first bytes that mean one thing to one side and another to the other.

    `end`: the byte after the last. `old`, `new`: what the bytes are to either side.
    """

    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DirectionResult:
    """The effect of one edit in one direction.

    `condition`: the sender's states that it happens to, as text of the schema; None: of no state
    in particular. `expression`: the same as an expression, where there is one.
    `witness`: values of the sender's fields that show it; all other fields are at their reset
    values. `state`: the same by expressions instead of names. `detail`: the receiver's error, the
    fields that it misreads, or why the verdict is not known.
    `suppression`: why it does not count, where the project says so.
    `effects`: what happens, one by one; none, where it is not the fields that decide.
    """

    verdict: Verdict
    condition: str | None = None
    witness: dict[str, int | bool] | None = None
    byte_range: ByteRange | None = None
    detail: str | None = None
    expression: Expr | None = field(default=None, compare=False, repr=False)
    state: Witness | None = field(default=None, compare=False, repr=False)
    suppression: Suppression | None = None
    effects: tuple[ReportedEffect, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_always(self) -> bool:
        return self.condition == ALWAYS

    @property
    def is_silent(self) -> bool:
        """There is nothing to report, not even of states that can no longer be saved."""
        return self.verdict is Verdict.OK and self.condition is None


NO_EFFECT = DirectionResult(Verdict.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedFix:
    """A fix of the new schema, and the verdicts of its device after it (see `verify_fixes`)."""

    title: str  # an instruction: "move `extra` into a subsection"
    replacements: tuple[Replacement, ...] = field(repr=False)
    old_to_new: Verdict = Verdict.UNKNOWN
    new_to_old: Verdict = Verdict.UNKNOWN

    @property
    def fix(self) -> Fix:
        return Fix(self.title, self.replacements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one edit does in both directions, and to the new version's own state.

    `device`: the wire name of the section, or struct, that was edited. `path` begins with its name
    in the schema. `old`, `new`: the places of what was edited. `only_in`: "old" or "new", where
    only one side has what was edited; the place on the other side is then that of its parent.
    `machine_types`: those on which it can go wrong; None: the machine type makes no difference.
    """

    rule: str
    device: str
    path: str
    message: str
    old_to_new: DirectionResult = NO_EFFECT
    new_to_old: DirectionResult = NO_EFFECT
    new_to_new: DirectionResult = NO_EFFECT
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)
    only_in: str | None = None
    help: str | None = None
    fixes: tuple[ProposedFix, ...] = ()
    machine_types: tuple[str, ...] | None = None

    @property
    def verdict(self) -> Verdict:
        results = self.old_to_new, self.new_to_old, self.new_to_new
        return worst(result.verdict for result in results)

    def result(self, direction: Direction) -> DirectionResult:
        return direction.choose(self.old_to_new, self.new_to_old)

    def fingerprint(self, direction: Direction) -> str:
        return compute_fingerprint(self.rule, self.device, self.path, direction)


@dataclass(frozen=True, slots=True)
class MachineVerdicts:
    """Machine types of both versions, and the verdicts on one device there."""

    machines: tuple[str, ...]
    verdicts: Verdicts


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """The verdicts on one device: the worst of all machine types that both versions declare.

    `name`: on the wire. `old`, `new`: the device on either side, None where one side lacks it.
    `forward`, `backward`: the migrations old to new and new to old; None where one side lacks it.
    `on_machines`: the verdicts by machine type, where these differ. The migrations are those of the
    machine types with the worst verdict. `new_to_new`: what the new version does with its own
    state. `losing`: the directions in which a value is silently lost in some state.
    `others`: where one side lacks the device, its other devices.
    `unsuppressed`: the verdicts if the states of all suppressed results arrived whole; None: they
    are the same as the verdicts.
    """

    name: str
    old_to_new: Verdict
    new_to_old: Verdict
    old_version: int | None = None
    new_version: int | None = None
    assumptions: tuple[str, ...] = ()
    old: Side | None = field(default=None, compare=False, repr=False)
    new: Side | None = field(default=None, compare=False, repr=False)
    forward: MigrationResult | None = field(default=None, compare=False, repr=False)
    backward: MigrationResult | None = field(default=None, compare=False, repr=False)
    unsuppressed: Verdicts | None = None
    on_machines: tuple[MachineVerdicts, ...] = ()
    new_to_new: Verdict = Verdict.OK
    losing: frozenset[Direction] = frozenset()
    others: tuple[Side, ...] = field(default=(), compare=False, repr=False)
    # What the comparison took; None where nothing had to be compared.
    work: Budget | None = field(default=None, compare=False, repr=False)

    @property
    def verdicts(self) -> Verdicts:
        return Verdicts(self.old_to_new, self.new_to_old)

    @property
    def verdicts_unsuppressed(self) -> Verdicts:
        """The verdicts that have to meet what a project requires."""
        return self.unsuppressed or self.verdicts

    def migration(self, direction: Direction) -> MigrationResult | None:
        return direction.choose(self.forward, self.backward)


@dataclass(frozen=True, slots=True)
class Report:
    """`old`, `new`: how the user called the two versions. `machine`: the machine type of both.

    `old_origin`, `new_origin`: their commits or releases, for people. `day`: of the comparison.
    """

    old: str
    new: str
    machine: str | None
    devices: tuple[DeviceReport, ...]
    findings: tuple[Finding, ...]
    old_origin: str = ""
    new_origin: str = ""
    day: date | None = None

    @property
    def old_to_new(self) -> Verdict:
        return self.verdicts.old_to_new

    @property
    def new_to_old(self) -> Verdict:
        return self.verdicts.new_to_old

    @property
    def new_to_new(self) -> Verdict:
        return worst(device.new_to_new for device in self.devices)

    @property
    def verdicts(self) -> Verdicts:
        return worst_of_each(device.verdicts for device in self.devices)

    @property
    def verdicts_unsuppressed(self) -> Verdicts:
        return worst_of_each(device.verdicts_unsuppressed for device in self.devices)
