"""Which of a design's languages is meant by a language tag, a locale of POSIX or the preferences of a browser."""

import re
from collections.abc import Iterator, Sequence

# The distance of CLDR up to which two tags are one language to a reader: de-AT and de (4), pt-BR and pt-PT (5),
# Swiss German and German (8). Ukrainian and Russian are 24 apart, Traditional and Simplified Chinese 19.
MAX_DISTANCE = 9

# de_AT.UTF-8, sr_RS@latin
POSIX = re.compile(r"\.[A-Za-z0-9-]+|@[A-Za-z]+$")
# fr-CH, fr;q=0.9
PREFERENCE = re.compile(r"([A-Za-z0-9_.@-]+)(?:\s*;\s*q=[\d.]+)?")

# ISO 3166 without the codes for private use, of which nobody knows a language.
REGION = re.compile(r"(?!aa|q[m-z]|x[a-z]|zz)[a-z]{2}", re.IGNORECASE)


def is_language(tag: str) -> bool:
    """Say whether a tag is well-formed and its language is registered."""
    # Imported late, here and below: it reads its tables for 0.1 s, and few designs have a field of a language.
    import langcodes  # noqa: PLC0415

    try:
        return langcodes.tag_is_valid(tag)
    except ValueError:
        return False


def match_language(languages: str, choices: Sequence[str]) -> str | None:
    """Return the choice that ``languages`` means, None if it means none of them.

    ``languages`` is a tag (``de-AT``, ``zh-TW``, ``no``, ``iw``), a locale (``de_AT.UTF-8``), a region that is not
    also a language (``AT``), or a list of them, best first. The closest choice by CLDR's distances is taken, then the
    one that lookup finds (RFC 4647, section 3.4), which knows ``zh`` for ``zh-TW``.
    """
    import langcodes  # noqa: PLC0415

    for tag in _tags(languages):
        choice, distance = langcodes.closest_match(tag, list(choices), max_distance=MAX_DISTANCE)
        if distance <= MAX_DISTANCE:
            return choice
        if (looked_up := _looked_up(tag, choices)) is not None:
            return looked_up
    return None


def _tags(languages: str) -> Iterator[str]:
    import langcodes  # noqa: PLC0415

    for preference in languages.split(","):
        match = PREFERENCE.fullmatch(preference.strip())
        tag = POSIX.sub("", match[1]).replace("_", "-") if match else ""
        if is_language(tag):
            yield tag
        elif REGION.fullmatch(tag) and is_language(f"und-{tag}"):
            # No language is called jp, at or us: these are the countries, and most people there speak one.
            yield langcodes.Language.get(f"und-{tag}").maximize().to_tag()


def _looked_up(tag: str, choices: Sequence[str]) -> str | None:
    import langcodes  # noqa: PLC0415

    by_tag = {langcodes.standardize_tag(choice).casefold(): choice for choice in choices}
    parts = langcodes.standardize_tag(tag).casefold().split("-")
    while parts:
        if (looked_up := by_tag.get("-".join(parts))) is not None:
            return looked_up
        parts = parts[:-2] if len(parts) > 2 and len(parts[-2]) == 1 else parts[:-1]
    return None
