"""The world outside: what real QEMU writes."""
