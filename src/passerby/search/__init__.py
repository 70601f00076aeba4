"""Questions, and the moments that answer them."""
