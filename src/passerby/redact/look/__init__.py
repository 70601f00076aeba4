"""Where in the picture is what is to be hidden, in each frame."""
