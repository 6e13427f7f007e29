#define TYPE_MACHINE_SUFFIX "-machine"
#define TYPE_MACHINE "machine"
#define MACHINE_TYPE_NAME(machinename) (machinename TYPE_MACHINE_SUFFIX)
