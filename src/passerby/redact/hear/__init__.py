"""When what is said is to be muted."""
