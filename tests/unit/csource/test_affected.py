"""What a change of a few files can affect, and that the rest is read once for both trees."""

from tests.unit.csource.trees import make_tree
from vmsdl.csource.affected import find_affected, find_changed, find_unshared
from vmsdl.csource.program import Program
from vmsdl.csource.targets import find_target

FILES = {
    "configs/targets/x86_64-softmmu.mak": "TARGET_ARCH=x86_64\n",
    "include/dev.h": '#include "base.h"\nstruct Dev { int a; };\n',
    "include/base.h": "#define N 4\n",
    "hw/dev.c": '#include "dev.h"\nstatic bool needed(void *o)\n{\n    return helper(o);\n}\n',
    "hw/helper.c": "bool helper(void *o)\n{\n    return deep(o);\n}\n\nstatic int own;\n",
    "hw/deep.c": (
        "bool deep(void *o)\n{\n    return true;\n}\n\nint other(void)\n{\n    return 1;\n}\n"
    ),
    "hw/alone.c": "int alone(void)\n{\n    return 0;\n}\n",
    "hw/machine.c": "GlobalProperty compat[] = {\n};\n",
    "hw/meson.build": "",
}


def change(path: str, text: str) -> set[str] | frozenset[str] | None:
    old, new = make_tree(FILES), make_tree({**FILES, path: text})
    changed = find_changed(old, new)
    assert changed == {path}
    return find_affected(old, new, changed)


def test_equal_trees() -> None:
    tree = make_tree(FILES)
    assert find_changed(tree, make_tree(FILES)) == frozenset()
    assert find_affected(tree, tree, frozenset()) == frozenset()


def test_a_header_affects_all_that_include_it_even_through_another() -> None:
    assert change("include/base.h", "#define N 5\n") == {"hw/dev.c"}


def test_a_function_affects_its_callers_and_theirs() -> None:
    text = FILES["hw/deep.c"].replace("true", "false")
    assert change("hw/deep.c", text) == {"hw/deep.c", "hw/helper.c", "hw/dev.c"}


def test_another_function_of_the_file_affects_no_caller() -> None:
    assert change("hw/deep.c", FILES["hw/deep.c"].replace("1", "2")) == {"hw/deep.c"}


def test_a_new_file_affects_those_that_call_it() -> None:
    found = change("hw/new.c", "int needed(void)\n{\n    return 1;\n}\n")
    assert found == {"hw/new.c", "hw/dev.c"}


def test_machine_types_and_the_build_affect_all() -> None:
    assert change("hw/machine.c", FILES["hw/machine.c"] + "\n") is None
    assert change("hw/meson.build", "x") is None


def test_what_is_equal_in_both_trees_is_read_once() -> None:
    old, new = make_tree(FILES), make_tree({**FILES, "include/base.h": "#define N 5\n"})
    one, other = (Program(tree, find_target(tree, "x86_64")) for tree in (old, new))
    for path in old.paths:
        one.declarations(path)
    other.share(one, find_unshared(one, find_changed(old, new)))
    assert other.unit("hw/alone.c") is one.unit("hw/alone.c")
    assert other.declarations("hw/alone.c") is one.declarations("hw/alone.c")
    assert other.unit("hw/dev.c") is not one.unit("hw/dev.c")
    macro = other.find_macro("N", other.unit("hw/dev.c"))
    assert macro is not None
    assert macro.body == ("5",)
