"""Work in processes of their own: their limits, their messages, and their end."""
