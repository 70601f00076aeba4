"""How files are laid out: signatures, boxes and elements, without decoding anything."""
