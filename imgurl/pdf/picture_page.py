"""A page with one picture file on it. Light: nothing that draws is loaded, for a server that has to answer at once."""

from imgurl.pdf.objects import Objects, numbers
from imgurl.pdf.passthrough import png_picture

# Points a CSS pixel: 96 of these are an inch, and 72 of those.
POINT = 0.75


def picture_page(png: bytes, width: float, height: float, title: str, language: str) -> bytes | None:
    """Return a PDF of ``width`` × ``height`` points with a PNG over all of it; None if a PDF can't hold its rows."""
    picture = png_picture(png)
    if picture is None:
        return None
    objects = Objects()
    entries = {"Type": b"/XObject", "Subtype": b"/Image", "Width": picture.width, "Height": picture.height}
    image = objects.add_stream(picture.data, entries | picture.entries)
    content = objects.add_stream(
        b"/Figure <</MCID 0>> BDC\nq\n%b cm\n/I Do\nQ\nEMC\n" % numbers(width, 0.0, 0.0, height, 0.0, 0.0)
    )
    page, pages, tree = objects.reserve(), objects.reserve(), objects.reserve()
    figure = objects.add({"S": b"/Figure", "P": tree, "Pg": page, "K": 0, "Alt": title})
    objects.put(tree, {"Type": b"/StructTreeRoot", "K": [figure], "ParentTree": {"Nums": [0, [figure]]}})
    objects.put(page, {
        "Type": b"/Page", "Parent": pages, "MediaBox": [0, 0, width, height], "Contents": content,
        "Resources": {"XObject": {"I": image}}, "StructParents": 0,
    })  # fmt: skip
    objects.put(pages, {"Type": b"/Pages", "Kids": [page], "Count": 1})
    root = objects.add({
        "Type": b"/Catalog", "Pages": pages, "Lang": language, "MarkInfo": {"Marked": True}, "StructTreeRoot": tree,
        "ViewerPreferences": {"DisplayDocTitle": True},
    })  # fmt: skip
    return objects.file(root, objects.add({"Title": title, "Producer": "imgurl"}))
