"""From a string to positioned glyphs: fonts, itemising, shaping, breaking, fitting, layout. No pixels here."""
