"""What is in a folder of designs besides them, in words: the brand, and fonts that somebody put there."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from imgurl.design.brand import FILE_NAME as BRAND_FILE
from imgurl.design.library import design_folders
from imgurl.design.surroundings import dropped_fonts, found_brand
from imgurl.text.fonts import FaceFile, FontCatalogue
from imgurl.words import did_you_mean


def faces_in_words(faces: Sequence[FaceFile]) -> str:
    """Return the weights of a family, the upright ones first: ``400, 700, italic 100 to 900``."""
    listed = sorted({(face.style != "normal", *face.weights) for face in faces})
    return ", ".join(
        f"{'italic ' if is_italic else ''}{low:g}{f' to {high:g}' if low < high else ''}"
        for is_italic, low, high in listed
    )


def listing_of(folder: Path, fonts: FontCatalogue, prefix: str) -> tuple[list[str], list[str]]:
    """Return lines about the families in ``fonts/`` of a folder, and others about files that can't be used.

    ``prefix`` is the folder in the names of files, as they are shown.
    """
    found = dropped_fonts(folder, fonts)
    lines = []
    for family, faces in sorted(found.families.items()):
        lines.append(f"{family}  {faces_in_words(faces)}  in {prefix}fonts/")
        if any(face.is_restricted for face in faces):
            lines.append(
                "    warning: its licence bits (OS/2.fsType) forbid embedding it: pictures are drawn with "
                "it; in a PDF its text is drawn as outlines, with invisible text over them; ask its maker"
            )
    return lines, [f"{prefix}{name} {sentence}" for name, sentence in found.problems.items()]


def problems_beside(folder: Path, fonts: FontCatalogue) -> Iterator[str]:
    """Yield what is wrong with the brand, and with font files, whether or not a design uses them."""
    found = found_brand(folder)
    yield from (f"{BRAND_FILE}{problem.pointer}: {problem.sentence}" for problem in found.problems)
    shared = dropped_fonts(folder, fonts)
    known = {*fonts.families, *shared.families}
    for role, family in (found.brand.fonts if found.brand else {}).items():
        if family not in known:
            yield f"{BRAND_FILE}/fonts/{role}: there is no font family '{family}'{did_you_mean(family, known)}"
    yield from (f"{name} {sentence}" for name, sentence in shared.problems.items())
    for design in design_folders(folder):
        own = dropped_fonts(design, fonts)
        yield from (f"{design.name}/{name} {sentence}" for name, sentence in own.problems.items())
