"""Whether all that is still to come has the same length on both sides."""
