/* A struct that two devices embed: its description is in the file of this header. */
#ifndef TOY_QUEUE_H
#define TOY_QUEUE_H

#include "migration/vmstate.h"

typedef struct ToyQueue {
    uint32_t head;
    uint8_t layout;
    uint32_t tail;
} ToyQueue;

extern const VMStateDescription vmstate_toy_queue;

#endif
