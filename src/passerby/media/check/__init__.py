"""What is left in a file beside the pictures and sound that it should hold."""
