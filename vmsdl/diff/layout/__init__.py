"""The flat layout of a description: its fields and those of embedded structs, in wire order."""
