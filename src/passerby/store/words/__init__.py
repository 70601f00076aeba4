"""The index of words, as far as it is the same whatever a library is kept in: what is in it, and what matches it."""
