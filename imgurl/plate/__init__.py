"""From a design to a plate, once; from a plate and values to the bytes of an image, for every recipient.

What becomes of what, from the whole to the bytes:

    plate      the picture without values: a base, and the steps that go on it (slots, overlays)    compile
    slot       a layer that values change, with the box of pixels that it can touch                 compile
    item       a slot laid out for these values, with the smaller box that they do touch            drawing
    group      items that touch a common band or tile: painted and encoded apart from all others    splice
    fragment   what is encoded for a group: the bands or tiles under it, ready to splice            splice

A *band* is some rows of a PNG in an IDAT chunk of their own (``encoders.png``); a *tile* is a piece of a row of MCUs
between two restart markers of a JPEG (``encoders.jpeg``). Both are compressed without looking at their neighbours, so
one can be exchanged for another. Bands and tiles without values are *precoded* (``precoded``).

Items and fragments are kept by the values of their fields: each name of a list is new, but not each city.
"""
