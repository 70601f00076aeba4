"""Passerby: search your footage; the people in it stay passers-by."""

__version__ = "0.1.0"
