"""From trees to a checked schema."""
