"""Forms of descriptions: equal where the wire format is the same, and small for any schema."""

import pytest

from tests.support.pipeline import compiled
from vmsdl.schema.structure import Forms, find_description_form
from vmsdl.schema.types import StructType

LEVELS = 40


def make_tower(leaf: str, inside: str) -> str:
    """Structs that each embed the one before several times."""
    text = f"struct s0 {{\n    x: {leaf};\n}}\n\n"
    for i in range(1, LEVELS + 1):
        text += f"struct s{i} {{\n" + inside.format(f"s{i - 1}") + "}\n\n"
    return text + f"device d {{\n    top: s{LEVELS};\n}}\n"


@pytest.mark.parametrize(
    "inside", ["    a: {0};\n    b: {0};\n", "    a: list<{0}>;\n    b: {0};\n"]
)
def test_a_struct_that_is_embedded_again_and_again_is_in_a_form_once(inside: str) -> None:
    # 2**40 leaves: only a form that has each struct once can be made and compared.
    one, same, other = (
        compiled(make_tower(leaf, inside), checked=False).schema for leaf in ("u32", "u32", "u64")
    )
    form = find_description_form(one.descriptions["d"], one)
    assert form == find_description_form(same.descriptions["d"], same)
    assert form != find_description_form(other.descriptions["d"], other)
    top = StructType(f"s{LEVELS}")
    assert Forms(one).find(top) == Forms(same).find(top) != Forms(other).find(top)
