"""Where the bytes of a library's own files lie: thumbnails, uploads, originals that were uploaded, and copies."""
