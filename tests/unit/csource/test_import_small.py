"""Devices of a few lines, imported: what must not be guessed, and in which order things count."""

from tests.unit.csource.trees import make_program
from vmsdl.csource.import_c import import_tree
from vmsdl.csource.machines import CMachine, find_machines
from vmsdl.csource.qom import read_types
from vmsdl.csource.summary import list_left_out
from vmsdl.syntax.format.printer import format_tree

HEADER = """
struct VMStateField { const char *name; };
#define VMSTATE_UINT8(f, s) { .name = stringify(f), .size = sizeof(uint8_t), \\
    .info = &vmstate_info_uint8, .flags = VMS_SINGLE, .offset = offsetof(s, f) }
#define VMSTATE_END_OF_LIST() { .flags = VMS_END }
"""

DEVICE = """
#include "migration/vmstate.h"
typedef struct Toy { uint8_t status; uint8_t last; } Toy;
typedef struct Other { uint32_t head; uint8_t status; } Other;

static bool toy_needed(void *opaque)
{
    %s *s = opaque;
    return s->status != 0;
}

static const VMStateDescription vmstate_toy_last = {
    .name = "toy/last",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = toy_needed,
    .fields = (const VMStateField[]) { VMSTATE_UINT8(last, Toy), VMSTATE_END_OF_LIST() },
};

static const VMStateDescription vmstate_toy = {
    .name = "toy",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(status, Toy),
        %s
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription * const []) { &vmstate_toy_last, NULL },
};

static void toy_realize(Toy *s)
{
    vmstate_register(NULL, 0, &vmstate_toy, s);
}
"""


def import_toy(state: str, fields: str = "") -> tuple[str, list[str]]:
    """The text of the device, and what was not understood."""
    files = {"include/migration/vmstate.h": HEADER, "hw/toy.c": DEVICE % (state, fields)}
    imported = import_tree(make_program(files))
    (text,) = (format_tree(each.tree) for each in imported.files if each.name == "hw/toy.vmsd")
    return text, list(list_left_out(imported.left_out))


def test_a_member_of_the_state_is_read_where_it_is_sent() -> None:
    text, left_out = import_toy("Toy")
    assert "subsection last version 1 needed status != 0" in text
    assert "local" not in text
    assert left_out == []


def test_a_member_of_another_struct_is_not_the_member_of_the_state_with_its_name() -> None:
    text, _ = import_toy("Other")
    assert "needed status != 0" not in text
    assert "local status_2: u8 = 0;" in text


def test_a_field_that_is_not_understood_keeps_its_place() -> None:
    text, left_out = import_toy("Toy", "VMSTATE_OF_TOMORROW(last, Toy),")
    assert 'last: opaque "VMSTATE_OF_TOMORROW"[last_length];' in text
    assert text.index("status: u8") < text.index("last: opaque") < text.index("subsection")
    assert [line for line in left_out if "VMSTATE_OF_TOMORROW" in line] != []


MACHINES = """
GlobalProperty compat_2[] = { { "toy", "speed", "2" }, };
GlobalProperty compat_1[] = { { "toy", "speed", "1" }, };
static void options_3(MachineClass *m) { }
static void class_init_3(ObjectClass *oc, void *data) { options_3(oc); }
static void options_2(MachineClass *m)
{
    options_3(m);
    compat_props_add(m->compat_props, compat_2, 1);
}
static void class_init_2(ObjectClass *oc, void *data) { options_2(oc); }
static void shared_options(MachineClass *m)
{
    compat_props_add(m->compat_props, compat_2, 1);
}
static void options_1(MachineClass *m)
{
    shared_options(m);
    compat_props_add(m->compat_props, compat_1, 1);
}
static void class_init_1(ObjectClass *oc, void *data) { options_1(oc); }
static const TypeInfo types[] = {
    { .name = "machine", .abstract = true },
    { .name = "toy-3-machine", .parent = "machine", .class_init = class_init_3 },
    { .name = "toy-2-machine", .parent = "machine", .class_init = class_init_2 },
    { .name = "toy-1-machine", .parent = "machine", .class_init = class_init_1 },
};
"""


def test_tables_count_in_the_order_of_the_code() -> None:
    program = make_program({"hw/toy.c": MACHINES})
    found: dict[str, CMachine] = {
        each.name: each for each in find_machines(program, read_types(program))
    }
    assert {name: each.extends for name, each in found.items()} == {
        "toy-1": None,
        "toy-2": "toy-3",
        "toy-3": None,
    }
    assert [each.value for each in found["toy-1"].entries] == ["2", "1"]
    assert [each.value for each in found["toy-2"].entries] == ["2"]
