"""What a hook refuses and sets, in the schema that is written for it."""

import pytest

from tests.unit.csource.trees import make_program
from vmsdl.csource.import_c import import_tree
from vmsdl.syntax.format.printer import format_tree

MACROS = """
#define VMSTATE_U8(f, s) { .name = #f, .size = 1, .info = &vmstate_info_uint8, \\
    .flags = VMS_SINGLE, .offset = vmstate_offset_value(s, f, uint8_t) }
"""

TEXT = """
typedef struct FooState { uint8_t a, b, c, hidden; } FooState;
static bool more_needed(void *opaque) { FooState *s = opaque; return s->c != 0; }
static const VMStateDescription vmstate_more = {
    .name = "foo/more", .version_id = 1, .minimum_version_id = 1, .needed = more_needed,
    .fields = (const VMStateField[]) { VMSTATE_U8(c, FooState), { .flags = VMS_END } },
};
static int foo_HOOK(void *opaque, int version_id) { FooState *s = opaque; BODY }
static const VMStateDescription vmstate_foo = {
    .name = "foo", .version_id = 1, .minimum_version_id = 1, .HOOK = foo_HOOK,
    .fields = (const VMStateField[]) {
        VMSTATE_U8(a, FooState), VMSTATE_U8(b, FooState), { .flags = VMS_END } },
    .subsections = (const VMStateDescription * const []) { &vmstate_more, NULL },
};
static void foo_init(void) { vmstate_register(NULL, 0, &vmstate_foo, NULL); }
"""


def write(hook: str, body: str) -> str:
    text = MACROS + TEXT.replace("HOOK", hook).replace("BODY", body)
    made = import_tree(make_program({"hw/foo.c": text}))
    (file,) = (each for each in made.files if each.name.endswith("foo.vmsd"))
    return " ".join(format_tree(file.tree).split())


@pytest.mark.parametrize(
    ("hook", "body", "expected"),
    [
        ("post_load", "return s->a > 3 ? -1 : 0;", "validate a <= 3 on load"),
        ("post_load", "s->a = 3; return 0;", "hook post_load sets a;"),
        ("post_load", "s->hidden = 3; return 0;", "hook post_load;"),
        ("post_load", "s->c = 3; return 0;", "hook post_load sets more.c;"),
        ("pre_load", "s->c = 3; return 0;", "hook pre_load sets more.c;"),
        ("post_load", "foo_update(s); return 0;", "hook post_load;"),
        ("post_load", "s->a = 3; return foo_check();", "hook post_load;"),
        ("post_load", "if (s->b) return -1; s->a = 3; return 0;", "validate b == 0 on load"),
        ("post_load", "if (s->b) return -1; s->a = 3; return 0;", "hook post_load sets a;"),
        ("post_load", "if (s->b) return -1; foo_update(s); return 0;", "hook post_load;"),
        ("pre_load", "return s->a ? -1 : 0;", "hook pre_load;"),
    ],
)
def test_a_hook_in_the_schema(hook: str, body: str, expected: str) -> None:
    assert expected in write(hook, body)


def test_a_check_is_no_hook() -> None:
    assert "hook" not in write("post_load", "return s->a > 3 ? -1 : 0;")
    assert "validate" not in write("pre_load", "return s->a > 3 ? -1 : 0;")
