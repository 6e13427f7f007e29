"""Whether a program would load a stream, and in which words QEMU would refuse it."""
