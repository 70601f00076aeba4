"""Files as such: what is in them, which there are in a folder, and how one is written whole, or for its owner only."""
