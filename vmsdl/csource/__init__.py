"""QEMU's C source, read without a build: text, macros, declarations, structs, constants."""
