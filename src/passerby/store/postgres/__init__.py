"""A library in a PostgreSQL database, with pgvector: for many machines (docs/postgres.md)."""
