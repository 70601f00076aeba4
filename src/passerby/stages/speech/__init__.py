"""Speech: when somebody speaks, and what is said."""
