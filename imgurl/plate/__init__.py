"""From a design to a plate, once; from a plate and values to the bytes of an image, for every recipient.

What is cut into what, from the whole to the bytes:

    plate      the picture without values: a base, and the steps that go on it (slots, overlays)    compile
    slot       a layer that values change, with the box of pixels that it can touch                 compile
    region     slots whose boxes overlap, as one box: painted together, and apart from all others   compile
    zone       rows with the regions in them: encoded together, and apart from all other rows       compile
    patch      the pixels of a region that these values do touch                                    drawing
    fragment   what is encoded for a zone: the bands or tiles under its patches, ready to splice    splice

A *band* is some rows of a PNG in an IDAT chunk of their own (``encoders.png``); a *tile* is a piece of a row of MCUs
between two restart markers of a JPEG (``encoders.jpeg``). Both are compressed without looking at their neighbours, so
one can be exchanged for another. Bands and tiles without values are *precoded* (``precoded``).
"""
