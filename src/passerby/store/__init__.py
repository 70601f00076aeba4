"""What a library keeps: the only place that knows the database and its files."""
