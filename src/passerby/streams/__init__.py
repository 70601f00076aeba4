"""Cameras, streams and folders that are watched: hidden as they come, before anything is kept."""
