/* vmstate.c takes nothing of migration/savevm.h. */
