"""The error of a schema that does not compile, where both the API and its makers can import it."""


class CompileError(ValueError):
    """A schema that does not compile; its message is what `vmsdl check` prints."""
