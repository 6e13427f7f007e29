"""QEMU's C source becomes schemas."""
