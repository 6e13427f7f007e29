"""Frozen records that are as quick to make as plain objects, and whose classes are quick to make.

To the type checkers they are dataclasses, and frozen. At run time `dataclasses` would freeze an
object by a constructor that takes three times as long, in the stages that make little else, and
compile six methods for each class: two thirds of the start of `vmsdl check`. Here a constructor is
compiled for each class, and the other methods are shared.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from functools import cache
    from operator import attrgetter

    def dataclass(*, frozen=False, eq=True, order=False, **options):
        """`dataclasses.dataclass`; only what is frozen and has no order differs."""
        if not frozen or order:
            return dataclasses.dataclass(frozen=frozen, eq=eq, order=order, **options)

        def make(cls):
            # Where there is no docstring, dataclasses would inspect the signature for one.
            cls.__doc__ = cls.__doc__ or cls.__name__
            cls.__repr__ = _repr
            if eq:
                cls.__eq__ = _eq
                cls.__hash__ = _kept_hash if hasattr(cls, "kept_hash") else _hash
            return dataclasses.dataclass(eq=False, repr=False, **options)(cls)

        return make

    @cache
    def _compared(cls):
        names = [field.name for field in dataclasses.fields(cls) if field.compare]
        return attrgetter(*names) if names else lambda record: ()

    def _eq(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        compared = _compared(self.__class__)
        return compared(self) == compared(other)

    def _hash(self):
        return hash(_compared(self.__class__)(self))

    def _kept_hash(self):
        # A tree's takes a walk through all of it: it is kept where the record has a place for it.
        if not self.kept_hash:
            self.kept_hash = _hash(self)
        return self.kept_hash

    def _repr(self):
        shown = (field.name for field in dataclasses.fields(self) if field.repr)
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({values})"
