"""Which version this is: apart from the public list in ``passerby``, so that every floor can tell it."""

__version__ = "0.1.0"
