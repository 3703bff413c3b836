"""What a report says, in words."""

from imgurl.design.library import Design
from imgurl.preflight.facts import STOPPING, Outcome
from imgurl.preflight.run import Counted
from imgurl.preflight.suspicion import Suspicion
from imgurl.preflight.tally import Tally
from imgurl.preflight.worst import Candidate, Kind

# By which colour an outcome is shown.
TONES = {
    Outcome.PERSONAL: "good", Outcome.SMALLER: "fit", Outcome.BROKEN: "fit", Outcome.SHORTENED: "fit",
    Outcome.FALLBACK: "warn", Outcome.SUSPICIOUS: "bad", Outcome.NOT_DRAWN: "bad", Outcome.CUT: "bad",
    Outcome.DEFAULT_IMAGE: "bad", Outcome.NO_LINK: "bad",
}  # fmt: skip

OUTCOMES = {
    Outcome.PERSONAL: "Personal",
    Outcome.SMALLER: "Set smaller",
    Outcome.BROKEN: "A word broken",
    Outcome.SHORTENED: "Name shortened",
    Outcome.FALLBACK: "Fallback",
    Outcome.SUSPICIOUS: "Suspicious value",
    Outcome.NOT_DRAWN: "Code or chart left out",
    Outcome.CUT: "Text cut",
    Outcome.DEFAULT_IMAGE: "Default image",
    Outcome.NO_LINK: "No link",
}

SUSPICIONS = {
    Suspicion.TAG: "Tag that was not filled",
    Suspicion.DEPARTED: "Must get no mail",
    Suspicion.TEST: "Test",
    Suspicion.KEYBOARD: "Typed at random",
    Suspicion.PLACEHOLDER: "Placeholder",
    Suspicion.OFFICE: "Role, not a person",
    Suspicion.ADDRESS: "Address",
    Suspicion.MOJIBAKE: "Broken letters",
    Suspicion.DAMAGED: "Lost letters",
    Suspicion.HTML: "HTML code",
    Suspicion.DIGITS: "Digits in a name",
    Suspicion.COMPANY: "Company in a name",
    Suspicion.TITLE: "Title without a name",
    Suspicion.UNLIKELY: "Hardly a name",
    Suspicion.SIGNS: "Signs in a name",
    Suspicion.INITIALS: "Initials only",
    Suspicion.CAPITALS: "All capitals",
}

SCRIPTS = {
    "Arab": "Arabic", "Armn": "Armenian", "Beng": "Bengali", "Cyrl": "Cyrillic", "Deva": "Devanagari",
    "Ethi": "Ethiopic", "Geor": "Georgian", "Grek": "Greek", "Gujr": "Gujarati", "Guru": "Gurmukhi", "Hang": "Korean",
    "Hani": "Chinese", "Hebr": "Hebrew", "Hira": "Japanese", "Khmr": "Khmer", "Knda": "Kannada", "Laoo": "Lao",
    "Mlym": "Malayalam", "Mong": "Mongolian", "Mymr": "Burmese", "Sinh": "Sinhala", "Taml": "Tamil", "Telu": "Telugu",
    "Thai": "Thai", "Tibt": "Tibetan",
}  # fmt: skip

# Beside a picture there is little room.
SHORT = {
    Suspicion.TAG: "Tag", Suspicion.DEPARTED: "No mail", Suspicion.OFFICE: "Role", Suspicion.DIGITS: "Digits",
    Suspicion.COMPANY: "Company", Suspicion.TITLE: "Title", Suspicion.SIGNS: "Signs", Suspicion.INITIALS: "Initials",
}  # fmt: skip

# What is written beside a value, by why it is shown, and in which colour.
CHIPS = {
    Kind.CUT: ("Cut", "bad"), Kind.NOT_DRAWN: ("Left out", "bad"), Kind.SUSPICIOUS: ("", "bad"),
    Kind.SMALLEST: ("", "fit"), Kind.SHORTENED: ("Shortened", "fit"), Kind.BROKEN: ("Word broken", "fit"),
    Kind.MISSING_GLYPH: ("No letters for it", "warn"), Kind.SCRIPT: ("", ""),
    Kind.UNTRANSLATED: ("No translation", "warn"), Kind.DOUBTFUL: ("", ""), Kind.REPAIRED: ("Repaired", "good"),
    Kind.REFUSED: ("Fallback", "warn"), Kind.LONGEST: ("Long", ""),
}  # fmt: skip

# Letters of a value under its picture.
SHOWN_LETTERS = 60


def in_words(counted: Counted) -> str:
    """Return for example ``12,431 recipients: 96.1 % personal, 3.7 % fallback for city, 0.2 % set below 24 px``."""
    tally = counted.tally
    # What reads alike is one part: several fields, or layers of one size.
    parts: dict[str, int] = {}
    for (outcome, concerned), count in sorted(tally.outcomes.items(), key=_by_count):
        words = _short(tally, outcome, concerned if len(concerned) == 1 else ())
        parts[words] = parts.get(words, 0) + count
    told = sorted(parts.items(), key=lambda item: -item[1])
    shares = ", ".join(f"{share(count, tally.rows)} {words}" for words, count in told)
    return f"{tally.rows:,} recipient{'' if tally.rows == 1 else 's'}: {shares}"


def _by_count(item: tuple[tuple[Outcome, tuple[str, ...]], int]) -> tuple[int, int, tuple[str, ...]]:
    """By which outcomes are told: the most frequent first, of equal ones the best."""
    (outcome, concerned), count = item
    return -count, -[*Outcome].index(outcome), concerned


def sentences(design: Design, counted: Counted) -> str:
    """Return the result as the heading of a report: who sees what is meant, who does not, and who should not."""
    tally = counted.tally
    sums: dict[Outcome, int] = {}
    for (outcome, _), count in tally.outcomes.items():
        sums[outcome] = sums.get(outcome, 0) + count
    columns = counted.order.columns.columns
    names = [(field.label or field.name).lower() for field in design.document.fields if field.name in columns]
    own = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
    personal = sum(count for outcome, count in sums.items() if outcome not in STOPPING | {Outcome.FALLBACK})
    said = [f"{share(personal, tally.rows)} see their own {own or 'values'}."]
    fallbacks = sorted(tally.fallbacks.items(), key=lambda item: -item[1])
    if sums.get(Outcome.FALLBACK):
        label = (design.document.by_name[fallbacks[0][0]].label or fallbacks[0][0]).lower()
        what = f"the {label}" if len(fallbacks) == 1 else "one of them"
        said.append(f"{share(sums[Outcome.FALLBACK], tally.rows)} do without {what}.")
    stopping = sum(count for outcome, count in sums.items() if outcome in STOPPING)
    if stopping:
        said.append(f"{stopping:,} should not go out." if stopping != 1 else "One should not go out.")
    return " ".join(said)


def label_of(design: Design, tally: Tally, outcome: Outcome, concerned: tuple[str, ...]) -> str:
    """Return what an outcome is called in a list."""
    if outcome is Outcome.FALLBACK:
        return f"Fallback for {_names(design, concerned)}"
    if outcome is Outcome.SMALLER and concerned:
        sizes = tally.layers.get(concerned[0])
        return f"Set smaller than {sizes.full:g} px" if sizes and len(concerned) == 1 else "Set smaller"
    if outcome in (Outcome.SUSPICIOUS, Outcome.NO_LINK, Outcome.DEFAULT_IMAGE) and concerned:
        return f"{OUTCOMES[outcome]}: {_names(design, concerned)}"
    return f"{OUTCOMES[outcome]}: {', '.join(concerned)}" if concerned else OUTCOMES[outcome]


def share(count: int, total: int) -> str:
    """Return a share as a percentage with one decimal; never all or nothing where it is not."""
    if not total or not count:
        return "0 %"
    if count == total:
        return "100 %"
    percent = 100 * count / total
    if percent < 0.05:
        return "under 0.1 %"
    return f"{min(percent, 99.9):.1f} %"


def chip_of(candidate: Candidate) -> tuple[str, str]:
    """Return what is written beside a recipient's value, and its colour."""
    text, tone = CHIPS[candidate.kind]
    match candidate.kind:
        case Kind.SMALLEST:
            text = f"{candidate.size:g} px"
        case Kind.SCRIPT:
            text = SCRIPTS.get(candidate.detail, candidate.detail)
        case Kind.SUSPICIOUS | Kind.DOUBTFUL:
            suspicion = Suspicion(candidate.detail)
            text = SHORT.get(suspicion, SUSPICIONS[suspicion])
    return text, tone


def shown(value: str) -> str:
    """Return a value as it is written under a picture: one line, not endless."""
    flat = " ".join(value.split())
    return flat if len(flat) <= SHOWN_LETTERS else flat[: SHOWN_LETTERS - 1] + "…"


def _short(tally: Tally, outcome: Outcome, concerned: tuple[str, ...]) -> str:
    """Return what an outcome is called in a sentence."""
    match outcome:
        case Outcome.FALLBACK:
            return f"fallback for {' and '.join(concerned) or 'several fields'}"
        case Outcome.SMALLER:
            sizes = tally.layers.get(concerned[0]) if len(concerned) == 1 else None
            return f"shrunk below {sizes.full:g} px" if sizes else "shrunk"
        case Outcome.PERSONAL | Outcome.SHORTENED:
            return outcome.value
        case Outcome.CUT:
            return "cut"
        case Outcome.BROKEN:
            return "with a broken word"
        case Outcome.NOT_DRAWN:
            return "with a code or chart left out"
        case Outcome.SUSPICIOUS:
            return f"suspicious in {' and '.join(concerned) or 'several fields'}"
        case Outcome.DEFAULT_IMAGE:
            return "default image"
        case Outcome.NO_LINK:
            return "without a link"


def _names(design: Design, fields: tuple[str, ...]) -> str:
    known = design.document.by_name
    return " and ".join(known[name].label or name for name in fields) or "several fields"
