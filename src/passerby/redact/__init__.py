"""Copies that are safe to share: a plan of what is hidden, the copy, and what shows in it."""
