"""From a design to a plate, once; from a plate and values to the bytes of an image, for every recipient."""
