"""The words of the language by what they do, for messages and for writing."""

BUILTIN_TYPES = frozenset(
    "bool f64 u8 u16 u32 u64 i8 i16 i32 i64 timer bytes blob bitmap opaque list map".split()
)
RESERVED = frozenset("if then else and or not true false".split())
