#include "hw/toy/queue.h"

static bool toy_queue_has_tail(void *opaque, int version_id)
{
    ToyQueue *q = opaque;

    return q->layout >= 2;
}

const VMStateDescription vmstate_toy_queue = {
    .name = "toy-queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(head, ToyQueue),
        VMSTATE_UINT32_TEST(tail, ToyQueue, toy_queue_has_tail),
        VMSTATE_END_OF_LIST()
    }
};
