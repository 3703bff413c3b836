"""Laws that hold for every input, each tried on inputs that hypothesis makes."""
