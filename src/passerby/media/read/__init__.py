"""Reading: upright frames with exact times, and sound, of whatever FFmpeg reads."""
