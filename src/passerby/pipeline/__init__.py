"""One decode for all stages: what is done in which order, and what has to be done again."""
