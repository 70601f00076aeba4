"""Groups of pictures: found, copied as they are, or encoded again and put between the others."""
