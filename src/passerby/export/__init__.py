"""What is known of a video, for other programs: one file a format."""
