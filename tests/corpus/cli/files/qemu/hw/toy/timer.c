/* Versions, a buffer, unused bytes, a list whose length another field gives, a subsection. */
#include "hw/toy/queue.h"
#include "hw/qdev-properties.h"
#include "qom/object.h"

#define TYPE_TOY_TIMER "toy-timer"
#define CTRL_ENABLE (1 << 3)
#define NUM_CHANNELS 4

typedef struct ToyTimerState {
    SysBusDevice parent_obj;
    uint32_t control;
    uint32_t compare[NUM_CHANNELS];
    uint8_t scratch[16];
    uint32_t count;
    uint32_t *events;
    uint8_t queue_layout;
    ToyQueue queue;
    uint8_t channels;
    uint32_t latch;
    bool has_latch;
} ToyTimerState;

OBJECT_DECLARE_SIMPLE_TYPE(ToyTimerState, TOY_TIMER)

static bool toy_timer_latch_needed(void *opaque)
{
    ToyTimerState *s = TOY_TIMER(opaque);

    if (!s->has_latch) {
        return false;
    }
    return s->control & CTRL_ENABLE;
}

/* What guests see of the latch. */
static const VMStateDescription vmstate_toy_timer_latch = {
    .name = "toy-timer/latch",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = toy_timer_latch_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(latch, ToyTimerState),
        VMSTATE_END_OF_LIST()
    }
};

static int toy_timer_post_load(void *opaque, int version_id)
{
    ToyTimerState *s = opaque;

    if (s->count > 64) {
        return -EINVAL;
    }
    return 0;
}

static bool toy_timer_is_valid(void *opaque, int version_id)
{
    ToyTimerState *s = opaque;

    return s->count <= 128;
}

static const VMStateDescription vmstate_toy_timer = {
    .name = "toy-timer",
    .version_id = 3,
    .minimum_version_id = 1,
    .post_load = toy_timer_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(control, ToyTimerState),
        VMSTATE_UINT32_ARRAY(compare, ToyTimerState, NUM_CHANNELS),
        VMSTATE_BUFFER(scratch, ToyTimerState),
        VMSTATE_UNUSED(4),
        VMSTATE_UINT8_EQUAL(channels, ToyTimerState),
        VMSTATE_UINT32_V(count, ToyTimerState, 2),
        VMSTATE_VALIDATE("too many events", toy_timer_is_valid),
        VMSTATE_VARRAY_UINT32(events, ToyTimerState, count, 2, vmstate_info_uint32, uint32_t),
        VMSTATE_SINGLE(queue.layout, ToyTimerState, 3, vmstate_info_uint8, uint8_t),
        VMSTATE_STRUCT(queue, ToyTimerState, 3, vmstate_toy_queue, ToyQueue),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription * const []) {
        &vmstate_toy_timer_latch,
        NULL
    }
};

static const Property toy_timer_properties[] = {
    DEFINE_PROP_BOOL("latch", ToyTimerState, has_latch, true),
};

static void toy_timer_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    device_class_set_props(dc, toy_timer_properties);
    dc->vmsd = &vmstate_toy_timer;
}

static const TypeInfo toy_timer_info = {
    .name = TYPE_TOY_TIMER,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(ToyTimerState),
    .class_init = toy_timer_class_init,
};

static void toy_timer_register(void)
{
    type_register_static(&toy_timer_info);
}
type_init(toy_timer_register)
