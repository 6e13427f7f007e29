"""From schema paths to modules on disk or in memory, and which of them are stale."""
