/* The part of the generated header that qom/object.h reads. */
#ifndef QAPI_BUILTIN_TYPES_H
#define QAPI_BUILTIN_TYPES_H

typedef struct QEnumLookup QEnumLookup;
typedef struct strList strList;

#endif
