"""Who does the work of indexing, and where: processes of this machine, a video each."""
