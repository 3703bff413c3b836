"""The pages that people read: README.md, CONTRIBUTING.md, SECURITY.md and docs/, and the code blocks in them."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

#: The text of each page by its path from the root of the repository.
PAGES: Final = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "docs" / "guides").glob("*.md")),
    )
}
README: Final = PAGES["README.md"]


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a language on a page, without their fences."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)


def block(page: str, language: str) -> str:
    """Return the one code block of a language on a page."""
    (found,) = blocks(page, language)
    return found


def commands(page: str) -> list[str]:
    """Return the lines of a page's shell blocks that call ``imgurl``, each as it is typed."""
    lines = [line for text in blocks(page, "sh") for line in text.replace("\\\n", "").splitlines()]
    return [line for line in lines if line.startswith("imgurl ")]
