"""What pictures are made of that is somewhere else: remote pictures and live values, fetched with care and kept."""
