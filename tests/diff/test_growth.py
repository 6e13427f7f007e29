"""How the work of a comparison grows with the schema: counted, not timed.

Each kind of schema is compared at 1, 2, 4 and 8 times its size. Nothing may grow faster than with
the square of the size, and what has no conditions grows with the size itself.
"""

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.support.pipeline import read_schema
from vmsdl.diff.compare import compare
from vmsdl.diff.report import DeviceReport
from vmsdl.diff.verdict import Verdict
from vmsdl.prove.budget import MIGRATION, Budget, Work

# From a size and a side (old or new) to a schema.
MakeSchema = Callable[[int, bool], str]
SIZES = (1, 2, 4, 8)


def fields(size: int, is_new: bool) -> str:
    """One of many fields is another type."""
    lines = [f"    f{i}: u32;" for i in range(10 * size)]
    if is_new:
        lines[5 * size] = f"    f{5 * size}: u64;"
    return "device d {\n" + "\n".join(lines) + "\n}\n"


def structs(size: int, is_new: bool) -> str:
    """A field is added to one of many structs."""
    text = ""
    for i in range(10 * size):
        added = "    added: u8;\n" if is_new and i == 5 * size else ""
        text += f"struct s{i} {{\n    x: u32;\n    y: u32;\n{added}}}\n\n"
    return text + "device d {\n" + "".join(f"    m{i}: s{i};\n" for i in range(10 * size)) + "}\n"


def subsections(size: int, is_new: bool) -> str:
    """Many subsections, the last of which is new."""
    count = 4 * size + is_new
    flags = "".join(f"    f{i}: u8;\n" for i in range(4 * size + 1))
    parts = "".join(
        f"    subsection p{i} version 1 needed f{i} != 0 {{\n        x: u32;\n    }}\n"
        for i in range(count)
    )
    return f"device d {{\n{flags}{parts}}}\n"


def conditions(size: int, is_new: bool) -> str:
    """Each field has its own condition, which is another one on the other side."""
    operator = ">" if is_new else "!="
    flags = "".join(f"    c{i}: u8;\n" for i in range(5 * size))
    gated = "".join(f"    x{i}: u32 if c{i} {operator} {i % 7};\n" for i in range(5 * size))
    return f"device d {{\n{flags}{gated}}}\n"


def list_elements(size: int, is_new: bool) -> str:
    """The elements of a list have many fields, one of which is another type of the same width."""
    inside = "".join(f"    f{i}: u32;\n" for i in range(5 * size))
    last = "i32" if is_new else "u32"
    return f"struct e {{\n{inside}    last: {last};\n}}\n\ndevice d {{\n    l: list<e>;\n}}\n"


def tower(size: int, is_new: bool) -> str:
    """Structs that each embed the one before twice."""
    text = f"struct s0 {{\n    x: {'u64' if is_new else 'u32'};\n}}\n\n"
    for i in range(1, 5 * size + 1):
        text += f"struct s{i} {{\n    a: s{i - 1};\n    b: s{i - 1};\n}}\n\n"
    return f"{text}device d {{\n    top: s{5 * size};\n}}\n"


def lists_in_lists(size: int, is_new: bool) -> str:
    """Structs that each have several lists of the one before."""
    text = f"struct s0 {{\n    x: {'u64' if is_new else 'u32'};\n}}\n\n"
    for i in range(1, size + 1):
        lists = "".join(f"    l{j}: list<s{i - 1}>;\n" for j in range(4))
        text += f"struct s{i} {{\n{lists}}}\n\n"
    return f"{text}device d {{\n    top: s{size};\n}}\n"


def compare_sides(make: MakeSchema, size: int) -> DeviceReport:
    old, new = (
        read_schema({"case.vmsd": make(size, is_new)}, "case.vmsd", checked=False)
        for is_new in (False, True)
    )
    (device,) = compare([old], [new], old_name="old", new_name="new").devices
    return device


def find_work(device: DeviceReport) -> Budget:
    assert device.work is not None
    return device.work


@pytest.mark.parametrize(
    ("make", "most"),
    [(fields, 1), (structs, 1), (subsections, 2), (conditions, 2), (list_elements, 1)],
)
def test_work_grows_with_the_size_or_its_square(make: MakeSchema, most: int) -> None:
    spent = [find_work(compare_sides(make, size)).spent for size in SIZES]
    for less, more in pairwise(spent):
        assert more <= 2**most * less * 1.15, spent


@pytest.mark.parametrize("make", [fields, structs, conditions, list_elements])
def test_the_size_changes_no_verdict(make: MakeSchema) -> None:
    small, large = (compare_sides(make, size) for size in (SIZES[0], SIZES[-1]))
    assert small.verdicts == large.verdicts
    assert Verdict.UNKNOWN not in (large.old_to_new, large.new_to_old)


def test_sizes_decide_what_has_too_many_fields() -> None:
    large = compare_sides(tower, 8)  # 2**40 fields
    assert large.old_to_new is large.new_to_old is Verdict.REFUSED


@pytest.mark.parametrize("make", [tower, lists_in_lists])
def test_what_could_take_for_ever_ends_within_the_budget(make: MakeSchema) -> None:
    for size in SIZES:
        work = find_work(compare_sides(make, size))
        assert work.spent <= 3 * MIGRATION


def test_a_share_spends_from_the_whole() -> None:
    whole = Budget(limit=1000)
    share = whole.share(2)
    share.spend(Work.STATES, share.find_most(Work.STATES))
    assert share.is_spent
    assert not whole.is_spent
    assert whole.left == 500
    assert whole.counts == share.counts
    # What is left is for all: a share that was made before has no more than that.
    other = whole.share(1)
    whole.spend(Work.STATES, whole.find_most(Work.STATES))
    assert other.is_spent
