/* Machine types: the older one sets what its release did not have. */
#include "hw/boards.h"

static GlobalProperty hw_compat_1_0[] = {
    { "toy-timer", "latch", "off" },
};

static void toy_board_2_0_options(MachineClass *mc)
{
    mc->desc = "Toy board";
}

static void toy_board_1_0_options(MachineClass *mc)
{
    toy_board_2_0_options(mc);
    compat_props_add(mc->compat_props, hw_compat_1_0, G_N_ELEMENTS(hw_compat_1_0));
}

static void toy_board_2_0_class_init(ObjectClass *oc, void *data)
{
    toy_board_2_0_options(MACHINE_CLASS(oc));
}

static void toy_board_1_0_class_init(ObjectClass *oc, void *data)
{
    toy_board_1_0_options(MACHINE_CLASS(oc));
}

static const TypeInfo toy_board_types[] = {
    {
        .name = MACHINE_TYPE_NAME("toy-2.0"),
        .parent = TYPE_MACHINE,
        .class_init = toy_board_2_0_class_init,
    }, {
        .name = MACHINE_TYPE_NAME("toy-1.0"),
        .parent = TYPE_MACHINE,
        .class_init = toy_board_1_0_class_init,
    }
};

DEFINE_TYPES(toy_board_types)
