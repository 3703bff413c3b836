"""Cut a paragraph into items: stretches of one font, one script, one direction, that are shaped in one go."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fontTools.unicodedata import script as script_of

from imgurl.text.clusters import MAY_HOLD_EMOJI, clusters, is_emoji
from imgurl.text.fonts import Font, FontStack

# Scripts that take over that of their neighbours: Common, Inherited, unassigned.
NEUTRAL = frozenset(("Zyyy", "Zinh", "Zzzz"))

# Need no glyph: joiners, variation selectors, tags, bidi marks. A font without them can draw the cluster all the same.
IGNORABLE = re.compile(
    "[\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)

# Signs that double names have, between two letters: hyphens, apostrophes, middle dots.
INSIDE_NAMES = frozenset("-\u2010\u2011\u30a0'\u2019\u00b7\u30fb")

PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "«": "»",
    "“": "”",
    "‘": "’",
    "「": "」",
    "（": "）",
    "【": "】",
    "《": "》",
}


class Item(NamedTuple):
    """Code points ``start`` to ``end`` of a paragraph, all of one font, script, direction and style."""

    start: int
    end: int
    font: Font
    script: str
    level: int
    style: int


def itemize(
    text: str, levels: Sequence[int], styles: Sequence[int], spans: Sequence[int], stacks: Sequence[FontStack]
) -> tuple[Item, ...]:
    """Cut ``text`` into items, in logical order.

    ``levels``, ``styles`` and ``spans`` have one entry a code point: the embedding level, which of ``stacks`` applies,
    and the number of the span it belongs to.
    """
    if text.isascii() and len(set(styles)) == 1 and not any(levels):
        # Most values of most lists: one item, without a look at each character.
        primary = stacks[styles[0]].primary
        if primary.coverage.issuperset(map(ord, text)):
            return (Item(0, len(text), primary, "Latn", 0, styles[0]),)
    scripts = _scripts(text)
    fonts = _fonts(text, styles, spans, stacks)
    items: list[Item] = []
    start = 0
    for position in range(1, len(text) + 1):
        if position < len(text) and (
            fonts[position] is fonts[start]
            and scripts[position] == scripts[start]
            and levels[position] == levels[start]
            and styles[position] == styles[start]
        ):
            continue
        items.append(Item(start, position, fonts[start], scripts[start], levels[start], styles[start]))
        start = position
    return tuple(items)


def missing_clusters(text: str, stack: FontStack) -> tuple[str, ...]:
    """Return the clusters that no font of the stack can draw; the common case of none takes a set look-up."""
    if stack.everything.issuperset(map(ord, text)) and max(text, default="") < "\u0300":
        return ()
    return tuple(cluster for cluster in clusters(text) if _pick(cluster, stack) is None)


def scripts_in(text: str) -> frozenset[str]:
    """Return the scripts that the letters of a text are of, by their ISO 15924 codes; neutral signs are of none."""
    if text.isascii():
        return LATIN if any(map(str.isalpha, text)) else frozenset()
    return frozenset(map(_script, text)) - NEUTRAL


LATIN = frozenset(("Latn",))


def _fonts(text: str, styles: Sequence[int], spans: Sequence[int], stacks: Sequence[FontStack]) -> list[Font]:
    """Return the font of each code point.

    The letters of one script in one span come from one font, the first that has them all: a name of which a script
    face has three letters is better set in another face as a whole, with the hyphen of a double name. Where no font has
    them all, and for other signs, digits and spaces, each cluster gets the first font that covers it.
    """
    if not MAY_HOLD_EMOJI.search(text) and len(set(styles)) <= 1 and text:
        primary = stacks[styles[0]].primary
        if primary.coverage.issuperset(map(ord, text)):
            return [primary] * len(text)
    # Code points of each script in each span and style, and the clusters with the word that they belong to.
    words: dict[tuple[int, int, str], set[int]] = {}
    cut: list[tuple[str, tuple[int, int, str] | None]] = []
    position = 0
    for cluster in clusters(text):
        script = _script(cluster[0])
        word = None
        if script not in NEUTRAL:
            word = (spans[position], styles[position], script)
            words.setdefault(word, set()).update(_needed(cluster))
        cut.append((cluster, word))
        position += len(cluster)
    chosen = {word: _first_covering(frozenset(needed), stacks[word[1]]) for word, needed in words.items()}
    fonts: list[Font] = []
    words_around = [None, *(word for _, word in cut), None]
    for (cluster, word), left, right in zip(cut, words_around, words_around[2:], strict=False):
        style = styles[len(fonts)]
        stack = stacks[style]
        face = chosen[word] if word else None
        if cluster in INSIDE_NAMES and left and left == right and left[1] == style:
            inside = chosen[left]
            face = inside if inside and ord(cluster) in inside.coverage else None
        # The primary font if none has the cluster: it draws its box for missing glyphs.
        fonts += [face or _pick(cluster, stack) or stack.primary] * len(cluster)
    return fonts


@lru_cache(maxsize=8192)
def _pick(cluster: str, stack: FontStack) -> Font | None:
    """Return the first font that covers all of a cluster, None if none does."""
    needed = _needed(cluster)
    if stack.emoji and is_emoji(cluster) and needed <= stack.emoji.coverage:
        return stack.emoji
    font = _first_covering(needed, stack)
    if font is None and stack.emoji and needed <= stack.emoji.coverage:
        return stack.emoji
    return font


@lru_cache(maxsize=8192)
def _first_covering(needed: frozenset[int], stack: FontStack) -> Font | None:
    return next((font for font in stack.fonts if needed <= font.coverage), None)


@lru_cache(maxsize=8192)
def _needed(cluster: str) -> frozenset[int]:
    return frozenset(map(ord, IGNORABLE.sub("", cluster)))


def _scripts(text: str) -> list[str]:
    """Return the script of each code point, neutral ones resolved (UAX #24, 5.1 and 5.2)."""
    if text.isascii():
        return ["Latn"] * len(text)
    scripts = [_script(character) for character in text]
    # Each opening bracket with its closing partner and the script at that place.
    opened: list[tuple[str, str]] = []
    current = next((script for script in scripts if script not in NEUTRAL), "Latn")
    for position, character in enumerate(text):
        if scripts[position] not in NEUTRAL:
            current = scripts[position]
            continue
        if character in PAIRS:
            opened.append((PAIRS[character], current))
        elif opened and character == opened[-1][0]:
            # A closing bracket is set like its opening one, whatever is between.
            current = opened.pop()[1]
        scripts[position] = current
    return scripts


@lru_cache(maxsize=8192)
def _script(character: str) -> str:
    script = script_of(character)
    # Japanese changes between its two syllabaries within a word; fonts treat them alike.
    return "Hira" if script == "Kana" else script
