"""Watching sources: their processes, what becomes of what they record, and how long it stays."""
