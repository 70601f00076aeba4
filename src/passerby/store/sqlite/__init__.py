"""A library as a folder with a SQLite database: all that knows of SQL, of its file, and of what lies beside it."""
