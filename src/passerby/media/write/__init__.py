"""Writing: a film with its sound, captions and other streams, as players take it."""
