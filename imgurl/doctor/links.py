"""Links made for the examination: what mail really sends, and what firewalls take for an attack."""

from dataclasses import dataclass

from imgurl.design.library import Design, Library
from imgurl.errors import ImgurlError
from imgurl.merge.kinds import FieldType
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter

# Links are good for an hour: the server of this examination is asked now.
LIFETIME_SECONDS = 3_600

# One signature in a hundred has two dashes in a row, which firewalls take for a comment in SQL.
DASHES = "--"
MOST_TRIES = 5_000

# What is put where a platform puts its value. Percent-encoded as a browser does it, or as raw as mail clients leave it.
VALUES = {
    "a name with an accent": "Zo%C3%AB",
    "a name in ISO 8859-1": "M%FCller",
    "an apostrophe": "O'Brien",
    "a plus for a space": "Ann+Marie",
    "an ampersand": "A%26B",
    "a percent sign that nobody encoded": "50%%20off",
    "a tag of Mailchimp": "*|FNAME|*",
    "a tag of HubSpot": "{{contact.firstname}}",
    "a tag of Salesforce": "%%FirstName%%",
    "a tag of ActiveCampaign": "%FIRSTNAME%",
    "a tag in square brackets": "[FNAME]",
    "a tag in angle brackets": "%3C%3CFirst%20Name%3E%3E",
    "a tag with a dollar": "${first_name}",
    "a word of SQL": "Select",
    "letters in HTML": "%3Cb%3EAva%3C%2Fb%3E",
}

# The longest request line that the server takes, less what comes before and after the target.
LONG_BYTES = 7_900


@dataclass(frozen=True, slots=True)
class Probe:
    """A target, and what it is in words."""

    what: str
    target: str


@dataclass(frozen=True, slots=True)
class Probes:
    """What is asked for: ``plain`` is fetched in full, two ``names`` must not show the same picture."""

    plain: Probe
    names: tuple[Probe, Probe] | None
    others: tuple[Probe, ...]


def chosen_design(library: Library) -> Design | None:
    """Return the design that is asked for: a platform can fill it and it asks no other host, if there is such a one."""
    designs = [one for one in library.designs.values() if not one.document.sources]
    return min(designs, key=lambda one: (_open_field(one) is None, one.id), default=None)


def probes_for(design: Design, minter: Minter, now: float) -> Probes:
    """Return what to ask for. ``minter`` makes targets, so its base is ""."""
    ext = "jpg"
    expires = int(now) + LIFETIME_SECONDS
    plain = Probe("a link", minter.mint(design.id, design.samples, ext=ext, expires=expires))
    dashed = _with_dashes(design, minter, expires)
    name = _open_field(design)
    if name is None:
        return Probes(plain, None, (dashed,))
    sealed = {field: text for field, text in design.samples.items() if field != name}
    opened = minter.mint(design.id, sealed, open=(name,), ext=ext, expires=expires)
    before, _, after = opened.partition(f"@@{name}@@")

    def filled(what: str, value: str) -> Probe:
        return Probe(what, f"{before}{value}{after}")

    long = filled("a link of 8,000 bytes", "x" * (LONG_BYTES - len(opened)))
    others = tuple(filled(what, value) for what, value in VALUES.items())
    return Probes(plain, (filled("Ava", "Ava"), filled("Zora", "Zora")), (dashed, *others, long))


def _with_dashes(design: Design, minter: Minter, expires: int) -> Probe:
    for number in range(MOST_TRIES):
        target = minter.mint_with(Controls("jpg", expires + number), design.id, design.samples)
        if DASHES in target.rpartition("_s=")[2]:
            return Probe("a signature with two dashes", target)
    raise ImgurlError("no signature with two dashes was found")


def _open_field(design: Design) -> str | None:
    """Return a field that a platform may fill with a name or another text, None if there is none."""
    for kind in (FieldType.NAME, FieldType.TEXT):
        for field in design.document.fields:
            if field.openable and field.type is kind:
                return field.name
    return None
