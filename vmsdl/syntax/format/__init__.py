"""The canonical layout of `vmsdl format`."""
