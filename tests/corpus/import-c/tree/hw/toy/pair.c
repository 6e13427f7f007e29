/* Two types of one description, an array of structs, a predicate that nobody can read. */
#include "hw/toy/queue.h"

typedef struct ToyPairState {
    DeviceState parent_obj;
    ToyQueue queues[2];
    bool busy;
    bool is_wide;
    uint32_t extra;
    uint32_t mode;
} ToyPairState;

static bool toy_pair_is_wide(void *opaque, int version_id)
{
    ToyPairState *s = opaque;

    return s->is_wide;
}

static bool toy_pair_mode_needed(void *opaque, int version_id)
{
    return toy_host_says_so(opaque);
}

static const VMStateDescription vmstate_toy_pair = {
    .name = "toy-pair",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(queues, ToyPairState, 2, 0, vmstate_toy_queue, ToyQueue),
        VMSTATE_BOOL(busy, ToyPairState),
        VMSTATE_UINT32_TEST(extra, ToyPairState, toy_pair_is_wide),
        VMSTATE_UINT32_TEST(mode, ToyPairState, toy_pair_mode_needed),
        VMSTATE_END_OF_LIST()
    }
};

static void toy_pair_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->vmsd = &vmstate_toy_pair;
}

static const TypeInfo toy_pair_types[] = {
    {
        .name = "toy-pair-pci",
        .parent = TYPE_DEVICE,
        .class_init = toy_pair_class_init,
    }, {
        .name = "toy-pair-isa",
        .parent = TYPE_DEVICE,
        .class_init = toy_pair_class_init,
    }
};

DEFINE_TYPES(toy_pair_types)
