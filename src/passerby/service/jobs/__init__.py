"""What a server can be asked to do: one file a kind of job, and the process in which jobs are done."""
