/* vmstate-types.c takes nothing of it. */
