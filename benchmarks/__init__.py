"""Measurements. Ratios within one run are what counts; absolute times move with the machine."""
