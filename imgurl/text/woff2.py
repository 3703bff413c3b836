"""WOFF2 to the font inside it (https://www.w3.org/TR/WOFF2/), within bounds: a few bytes can stand for gigabytes.

Outlines are put together in Python, 30,000 of them in 8 s. So what is read is the size of a web font, and a large one
has to be converted once and for all.
"""

import io

# Inter with all its weights has 0.9 MB, which take a quarter of a second.
MAX_UNPACKED_BYTES = 2_000_000

SIGNATURE = b"wOF2"

# The header: how many tables there are, how long they are together when compressed, and where metadata and private data
# are, which nobody reads.
HEADER_BYTES = 48
TABLE_COUNT, COMPRESSED_SIZE, OTHER_DATA = slice(12, 14), slice(20, 24), slice(28, 48)

# Unpacked at a time while it is measured.
PIECE_BYTES = 500_000


def checked(body: bytes) -> bytes:
    """Return a WOFF2 file that is safe to unpack, without its metadata. Raises ValueError with a sentence."""
    # Not at the top: most fonts need neither.
    import brotli  # noqa: PLC0415
    from fontTools.ttLib import TTLibError, woff2  # noqa: PLC0415

    stream = io.BytesIO(body)
    stream.seek(HEADER_BYTES)
    unpacker = brotli.Decompressor()
    size, is_whole = 0, False
    try:
        for _ in range(int.from_bytes(body[TABLE_COUNT])):
            woff2.WOFF2DirectoryEntry().fromFile(stream)
        packed = more = stream.read(int.from_bytes(body[COMPRESSED_SIZE]))
        while not unpacker.is_finished() and size <= MAX_UNPACKED_BYTES:
            piece = unpacker.process(more, output_buffer_limit=PIECE_BYTES)
            if not piece and unpacker.can_accept_more_data():
                break
            size, more = size + len(piece), b""
        # Once more, because only this says whether anything follows its end.
        is_whole = size > MAX_UNPACKED_BYTES or bool(brotli.decompress(packed))
    except (TTLibError, brotli.error, LookupError) as error:
        raise ValueError("is damaged, it can't be unpacked; export it from its source again") from error
    if not is_whole:
        raise ValueError("is damaged, it holds nothing; export it from its source again")
    if size > MAX_UNPACKED_BYTES:
        raise ValueError(
            f"is larger than {MAX_UNPACKED_BYTES / 1e6:.0f} MB when it is unpacked; convert it to TTF or OTF, which "
            "needs no unpacking"
        )
    return body[: OTHER_DATA.start] + bytes(OTHER_DATA.stop - OTHER_DATA.start) + body[OTHER_DATA.stop :]


def unpacked(body: bytes) -> bytes:
    """Return the font that a WOFF2 file holds. Raises ValueError with a sentence."""
    from fontTools.ttLib import TTLibError, woff2  # noqa: PLC0415

    safe, font = checked(body), io.BytesIO()
    try:
        woff2.decompress(io.BytesIO(safe), font)
    # Whatever a damaged table makes a reader stumble over.
    except (TTLibError, ValueError, LookupError, AttributeError, TypeError, ArithmeticError, AssertionError) as error:
        raise ValueError("is damaged, its outlines can't be read; export it from its source again") from error
    return font.getvalue()
