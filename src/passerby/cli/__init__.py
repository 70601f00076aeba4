"""The command line: one file a command; what it prints, and which exit code an error has."""
