"""A page as a whole file: what is drawn, its title and language, and its structure for those who hear it."""

from imgurl.pdf.display import Drawing, Group, Item, Written, texts_in
from imgurl.pdf.objects import Objects, Ref, syntax
from imgurl.pdf.sheet import Matrix, Sheet, begun

# What is drawn, and nobody reads (14.8.2.2).
ARTIFACT = b"/Artifact BMC\n%bEMC\n"


def pdf_file(drawing: Drawing) -> bytes:
    """Return the PDF of a drawing: one page, tagged. The same drawing gives the same bytes."""
    return _File(drawing).written()


class _File:
    """Writes one file. Mutable state: its objects, and the elements of its structure."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._objects = Objects()
        self._root, self._page = self._objects.reserve(), self._objects.reserve()
        self._tree, self._document = self._objects.reserve(), self._objects.reserve()
        self._sheet = Sheet(self._objects, drawing.width, drawing.height)
        paper = drawing.paper
        self._matrix: Matrix = (
            paper.scale, 0.0, 0.0, -paper.scale, paper.left, paper.bottom + drawing.height * paper.scale,
        )  # fmt: skip
        #: The element that each piece of marked content belongs to, by its number.
        self._marked: list[Ref] = []

    def written(self) -> bytes:
        """Return the bytes of the file."""
        drawing, objects, paper = self._drawing, self._objects, self._drawing.paper
        content, elements = self._content()
        contents = objects.add_stream(content)
        self._sheet.close()
        pages = objects.reserve()
        objects.put(self._page, {
            "Type": b"/Page", "Parent": pages, "MediaBox": [0, 0, paper.width, paper.height], "Contents": contents,
            "Resources": self._sheet.resources, "StructParents": 0, "Tabs": b"/S",
            "Group": {"S": b"/Transparency", "CS": b"/DeviceRGB"},
        })  # fmt: skip
        objects.put(pages, {"Type": b"/Pages", "Kids": [self._page], "Count": 1})
        objects.put(self._document, {"S": b"/Document", "P": self._tree, "K": elements})
        parents = objects.add({"Nums": [0, self._marked]})
        objects.put(self._tree, {
            "Type": b"/StructTreeRoot", "K": [self._document], "ParentTree": parents, "ParentTreeNextKey": 1,
        })  # fmt: skip
        objects.put(self._root, {
            "Type": b"/Catalog", "Pages": pages, "Lang": drawing.language, "MarkInfo": {"Marked": True},
            "StructTreeRoot": self._tree, "ViewerPreferences": {"DisplayDocTitle": True},
        })  # fmt: skip
        info = objects.add({"Title": drawing.title, "Producer": "imgurl"})
        return objects.file(self._root, info)

    def _content(self) -> tuple[bytes, list[Ref]]:
        """Return the content of the page, and the elements of its structure in the order of reading."""
        drawing, paper = self._drawing, self._drawing.paper
        place = b"q\n%b cm\n0 0 %d %d re W n\n" % (
            b" ".join(b"%.6f" % value for value in self._matrix), drawing.width, drawing.height,
        )  # fmt: skip
        parts, elements = [place], list[Ref]()
        art = self._sheet.items(drawing.figure, self._matrix)
        if drawing.alt:
            figure = self._objects.reserve()
            parts.append(self._marked_content("Figure", figure, art))
            corners = [
                paper.left, paper.bottom, paper.left + drawing.width * paper.scale,
                paper.bottom + drawing.height * paper.scale,
            ]  # fmt: skip
            self._objects.put(figure, {
                "S": b"/Figure", "P": self._document, "Pg": self._page, "Alt": drawing.alt, "K": len(self._marked) - 1,
                "A": {"O": b"/Layout", "BBox": corners, "Placement": b"/Block"},
            })  # fmt: skip
            elements.append(figure)
        else:
            parts.append(ARTIFACT % art)
        for layer in drawing.layers:
            layer_parts, layer_elements = self._layer(layer, self._matrix)
            parts += layer_parts
            elements += layer_elements
        parts.append(ARTIFACT % self._sheet.items(drawing.mark, self._matrix) if drawing.mark else b"")
        return b"".join((*parts, b"Q\n")), elements

    def _layer(self, layer: tuple[Item, ...], matrix: Matrix) -> tuple[list[bytes], list[Ref]]:
        """Return the content of a layer, and a paragraph for each layer with text in it: for itself, or its members."""
        written = texts_in(layer)
        if not written:
            return [ARTIFACT % self._sheet.items(layer, matrix)], []
        parts, elements = list[bytes](), list[Ref]()
        if any(map(_is_apart, layer)):
            for item in layer:
                if isinstance(item, Group) and _is_apart(item):
                    begin, inner = begun(item, matrix)
                    member_parts, member_elements = self._layer(item.items, inner)
                    parts += [begin, *member_parts, b"Q\n"]
                else:
                    member_parts, member_elements = self._layer((item,), matrix)
                    parts += member_parts
                elements += member_elements
            return parts, elements
        paragraph = self._objects.reserve()
        parts, kids = self._paragraph(layer, paragraph, matrix)
        language = written[0].language
        self._objects.put(paragraph, {
            "S": b"/P", "P": self._document, "Pg": self._page, "K": kids,
        } | ({"Lang": language} if language else {}))  # fmt: skip
        return parts, [paragraph]

    def _paragraph(self, layer: tuple[Item, ...], paragraph: Ref, matrix: Matrix) -> tuple[list[bytes], list[object]]:
        """Return the content of a layer with text, and the kids of its element: a span for each line."""
        parts, kids = list[bytes](), list[object]()
        for item in layer:
            if isinstance(item, Written):
                for line in self._sheet.lines(item, matrix):
                    span = self._objects.reserve()
                    parts.append(self._marked_content("Span", span, line))
                    self._objects.put(
                        span, {"S": b"/Span", "P": paragraph, "Pg": self._page, "K": len(self._marked) - 1}
                    )
                    kids.append(span)
            elif isinstance(item, Group) and texts_in(item.items):
                # What fades as one is one piece: a form can't be taken apart.
                parts.append(self._marked_content("P", paragraph, self._sheet.items([item], matrix)))
                kids.append(len(self._marked) - 1)
            else:
                parts.append(ARTIFACT % self._sheet.items([item], matrix))
        return parts, kids

    def _marked_content(self, tag: str, element: Ref, content: bytes) -> bytes:
        self._marked.append(element)
        entries = syntax({"MCID": len(self._marked) - 1})
        return b"/%b %b BDC\n%bEMC\n" % (tag.encode(), entries, content)


def _is_apart(item: Item) -> bool:
    """Say whether an item is a group whose members, some with text, can be drawn and read one by one."""
    return isinstance(item, Group) and item.is_plain and bool(texts_in(item.items))
