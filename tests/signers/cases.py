"""What signers are asked for, and reading what they answer as a server does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from imgurl.merge.dialects import DIALECTS
from imgurl.urls.signing import encode_secret
from tests.urls.reading import FIRST, RING, VECTORS, read

BASE: Final = "https://img.example.com"
SECRET: Final = encode_secret(FIRST.secret)

#: Values that get lost on other roads: letters of all scripts, what means something in URLs and HTML, and nothing.
AWKWARD: Final = (
    "Zoë", "Zoe\u0308", "李", "Ελένη", "محمد", "👩‍🚀", "🇩🇪", "AT&T", "a=b&c=d", "&amp;", "#1", "C#", "C++", "100%",
    "%41", "50 %", "%2B", '"Bob"', "O'Brien", "a<b>c", "?/:@", "~tilde_-.", "*|FNAME|*", "{{x}}", "$&,;!()[]", "a\\b",
    " ", "  two  ", "", "1 1", "\u00a0", "x" * 200,
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """What one URL is made of: sealed pairs without ``_o``, and the tag of each open field."""

    pairs: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    design: str = "newsletter-hero-april"
    ext: str = "png"
    secret: str = SECRET
    alt: str = "Spring is here"

    @property
    def sealed(self) -> dict[str, str]:
        """All pairs that are signed."""
        opened = {"_o": ".".join(sorted(self.tags))} if self.tags else {}
        return {**self.pairs, **opened}


def vector_jobs() -> dict[str, tuple[Job, str]]:
    """Return each good vector as what it was made of, with its signature, by its label."""
    secrets = {key.id: encode_secret(key.secret) for key in RING.keys}
    jobs = {}
    for case in VECTORS["cases"]:
        if case["expect"] == 200:
            url = read(case["target"])
            pairs = {name: value for name, value in url.pairs.items() if name != "_o"}
            tags = {name: f"@@{name}@@" for name in url.open_names}
            job = Job(pairs, tags, url.design, url.ext, secrets[url.key_id])
            jobs[case["label"]] = (job, url.signature)
    return jobs


#: Each awkward value alone; all controls; and each platform's own tag.
JOBS: Final = (
    *(Job({"_k": "k1", "offer_name": value}, alt=value) for value in AWKWARD),
    Job({"_k": "k1", **{f"field_{number}": value for number, value in enumerate(AWKWARD)}}),
    Job({"_k": "k1"}),
    Job(
        {"_k": "k1", "_x": "4102444800", "_c": "spring-26", "_v": "0123456789ab", "_dpr": "2", "_m": "mailchimp"},
        {"first_name": "*|URL:FNAME|*", "city": "*|URL:CITY|*", "a_1": "*|URL:A_1|*"},
        ext="webp",
        alt='Hi "you" & <all>',
    ),
    *(
        Job({"_k": "k1", "_m": dialect.id, "offer_name": "24 % off"}, {"first_name": dialect.tag_for("first_name")})
        for dialect in DIALECTS
    ),
)


def as_read(url: str) -> tuple[Any, ...]:
    """Verify a URL as a server does, without any repair, and return what it is made of."""
    assert url.startswith(f"{BASE}/i/")
    signed = read(url.removeprefix(BASE))
    RING.verify(signed)
    return signed.design, signed.ext, dict(signed.pairs), signed.open_query
