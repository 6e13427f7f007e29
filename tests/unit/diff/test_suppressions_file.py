"""The file of suppressions: what is read from it, and what is written into it."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsdl.diff.direction import Direction
from vmsdl.diff.suppression import Suppression, compute_fingerprint
from vmsdl.diff.suppressions.file import EntryError, add_entries, read_entries
from vmsdl.diff.verdict import Verdict
from vmsdl.source import SourceFile

PATH = "suppressions.toml"


def entry(
    rule: str = "field-removed",
    *,
    condition: str = "status != 0",
    constants: tuple[tuple[str, int | bool], ...] = (),
    reason: str = "why",
    owner: str = "who",
) -> Suppression:
    return Suppression(
        rule=rule,
        device="ide",
        path="ide.status",
        direction=Direction.NEW_TO_OLD,
        verdict=Verdict.LOSSY,
        condition=condition,
        constants=constants,
        reason=reason,
        owner=owner,
        until=date(2027, 1, 31),
    )


def text(*entries: Suppression, before: str = "") -> str:
    return add_entries(SourceFile(PATH, before), entries)


def test_the_form_of_an_entry() -> None:
    known = entry(condition="status & DRQ != 0", constants=(("DRQ", 8), ("Mode.on", True)))
    head, _, block = text(known).partition("\n\n")
    assert head.startswith("# Findings of `vmsdl diff` that do not count.")
    assert block == f"""[[suppression]]
fingerprint = "{compute_fingerprint("field-removed", "ide", "ide.status", Direction.NEW_TO_OLD)}"
rule = "field-removed"
device = "ide"
path = "ide.status"
direction = "new-to-old"
verdict = "lossy"
condition = "status & DRQ != 0"
constants = {{ DRQ = 8, "Mode.on" = true }}
reason = "why"
owner = "who"
until = 2027-01-31
"""


ANYTHING = st.text(st.characters(exclude_categories=["Cs"])).map(str.strip).filter(bool)
NAMES = st.text(string.ascii_letters + string.digits + "_.", min_size=1)
VALUES = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1))


@given(ANYTHING, ANYTHING, ANYTHING, st.dictionaries(NAMES, VALUES, max_size=3))
def test_what_is_written_is_read_back(
    condition: str, reason: str, owner: str, constants: dict[str, int | bool]
) -> None:
    one = entry(condition=condition, reason=reason, owner=owner, constants=tuple(constants.items()))
    other = entry("gate-changed")
    assert (one, other) == read_entries(SourceFile(PATH, text(one, other)))


def test_all_that_stood_there_stays() -> None:
    before = "# ours\n\n" + text(entry()).partition("\n\n")[2] + "\n# the end\n"
    after = text(entry("gate-changed"), before=before)
    assert after.startswith(before)
    assert (entry(), entry("gate-changed")) == read_entries(SourceFile(PATH, after))


def test_a_stale_one_is_replaced_in_its_place() -> None:
    block = text(entry(condition="status == 1")).partition("\n\n")[2]
    commented = block.replace("reason =", "# a bug: 12\nreason =")
    before = f"# first\n{commented}# between\n\n" + text(entry("other")).partition("\n\n")[2]
    source = SourceFile(PATH, before)
    stale = read_entries(source)[:1]
    after = add_entries(source, [entry(condition="status == 2")], stale)
    assert (entry(condition="status == 2"), entry("other")) == read_entries(SourceFile(PATH, after))
    assert after.startswith("# first\n[[suppression]]\n")
    assert after.count("# a bug: 12\n") == after.count("# between\n") == 1


def test_one_that_holds_stays_beside_the_new_one() -> None:
    before = text(entry(condition="status == 1"))
    after = text(entry(condition="status == 2"), before=before)
    assert 2 == len(read_entries(SourceFile(PATH, after)))


def test_an_entry_knows_its_place() -> None:
    source = SourceFile(PATH, text(entry(), entry("gate-changed")))
    assert [3, 15] == [each.span.first.line for each in read_entries(source)]


def test_strings_of_several_lines_hold_no_entries() -> None:
    block = text(entry(), entry("gate-changed"))
    long = block.replace('reason = "why"', 'reason = """\n[[suppression]]\n# why"""', 1)
    one, other = read_entries(SourceFile(PATH, long))
    assert "[[suppression]]\n# why" == one.reason
    assert (3, 17) == (one.span.first.line, other.span.first.line)


def test_line_ends_of_other_systems_and_dates_in_quotes_are_read() -> None:
    known = text(entry()).replace("2027-01-31", '"2027-01-31"')
    assert (entry(),) == read_entries(SourceFile(PATH, known))


@pytest.mark.parametrize("inline", ["suppression = [{", "suppression = [\n  {"])
def test_a_form_that_nothing_can_be_added_to_is_left_alone(inline: str) -> None:
    fields = text(entry()).partition("[[suppression]]\n")[2].strip().replace("\n", ", ")
    source = SourceFile(PATH, f"{inline} {fields} }}]\n")
    assert (entry(),) == read_entries(source)
    with pytest.raises(EntryError, match="cannot add an entry"):
        add_entries(source, [entry("gate-changed")])


@pytest.mark.parametrize(
    ("line", "wrong", "why"),
    [
        ("rule", "", "missing key `rule`"),
        ("rule", "rule = 3", "`rule` must be a string"),
        (
            "direction",
            'direction = "up"',
            "`direction` is `up`, expected one of old-to-new, new-to-old",
        ),
        ("verdict", 'verdict = "ok"', "`verdict` is `ok`, expected one of corrupt, refused"),
        ("device", 'device = "other"', "does not match this rule, device"),
        ("until", 'until = "soon"', "`until` must be a date"),
        ("until", "until = 2027-01-31T00:00:00", "`until` must be a date"),
        ("until", "until = 3", "`until` must be a date"),
        ("condition", 'condition = "x"\nconstants = 3', "each value in `constants` must be"),
        (
            "condition",
            'condition = "x"\nconstants = { a = "b" }',
            "each value in `constants` must be",
        ),
        (
            "condition",
            'condition = "x"\nconditions = "y"',
            "unknown key `conditions`; did you mean `condition`?",
        ),
    ],
)
def test_a_wrong_entry_is_told_with_its_line(line: str, wrong: str, why: str) -> None:
    lines = text(entry()).splitlines()
    lines[next(i for i, each in enumerate(lines) if each.startswith(line))] = wrong
    with pytest.raises(EntryError) as caught:
        read_entries(SourceFile(PATH, "\n".join(lines)))
    assert str(caught.value).startswith(f"`{PATH}`: line 3: ")
    assert why in str(caught.value)
