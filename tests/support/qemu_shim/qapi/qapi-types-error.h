/* The generated type that qapi/error.h takes. */
#ifndef QAPI_TYPES_ERROR_H
#define QAPI_TYPES_ERROR_H

#include "qapi/qapi-builtin-types.h"

typedef enum QapiErrorClass {
    QAPI_ERROR_CLASS_GENERICERROR,
    QAPI_ERROR_CLASS_COMMANDNOTFOUND,
    QAPI_ERROR_CLASS_DEVICENOTACTIVE,
    QAPI_ERROR_CLASS_DEVICENOTFOUND,
    QAPI_ERROR_CLASS_KVMMISSINGCAP,
} QapiErrorClass;

#endif
