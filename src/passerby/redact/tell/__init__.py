"""What was hidden, and how it was audited, in words, documents and pictures."""
