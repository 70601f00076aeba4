"""Text on screen, outside of people: where it is, and what it says."""
