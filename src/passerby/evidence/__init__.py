"""What can be shown later of what was done: who did what with a video, and of what a copy was made."""
