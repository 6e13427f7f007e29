"""Which field of one side corresponds to which field of the other."""
