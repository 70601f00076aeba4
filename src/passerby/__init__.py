"""Passerby: search your footage; the people in it stay passers-by."""

from passerby.version import __version__ as __version__
