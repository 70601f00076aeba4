"""Evidence in a library: taking it, holding it, verifying it, and handing it on."""
