"""Does anything show that should be hidden? A copy beside its original."""
