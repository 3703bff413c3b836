"""PDF: a page of text, paths and pictures, from a display list to the bytes of a file.

    display       what is on a page, in px of the design: the words between whoever draws and this room
    passthrough   image files as they are, without decoding
    pictures      files and canvases as image XObjects, each written once
    paths         outlines of shapes and of letters
    fills         colours and gradients
    codes         which code stands for which glyphs and which text
    truetype      subsets of fonts, and glyphs made of others
    fonts         what a file has of a font: its subset, and the texts that its codes stand for
    sheet         the display list as operators of a content stream
    document      page, structure tree, title: the whole file
    objects       numbered objects, streams, the cross-reference table
    picture_page  a page with one file on it, for those who load nothing that draws

Text is embedded and can be selected, searched and read aloud: see ``codes`` for how it reads back right.
"""
