"""From dumps and streams of QEMU to .vmsd files."""
