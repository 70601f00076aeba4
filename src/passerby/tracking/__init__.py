"""Boxes over time: which box follows which, and where something goes from frame to frame."""
