"""What is found in a video: one file, or folder, a stage."""
