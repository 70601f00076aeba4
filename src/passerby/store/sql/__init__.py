"""What libraries in SQLite and in PostgreSQL have in common: statements that both understand."""
