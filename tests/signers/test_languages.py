"""The signers on docs/signers.md run, and a server takes what they sign as it is."""

import re
from functools import cache

import pytest

from imgurl.merge.charsets import MARK
from tests.mailtools.mail import images_of
from tests.pages import PAGES, blocks
from tests.signers.cases import AWKWARD, BASE, JOBS, SECRET, Job, as_read, vector_jobs
from tests.signers.languages import LANGUAGES, SIGNERS, Minted, minted, printed

VECTORS = vector_jobs()
PAGE = "docs/signers.md"
FENCES = {"PHP": "php", "Ruby": "ruby", "Go": "go", "Java": "java", "C#": "csharp"}

each_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def answers(language: str) -> tuple[Minted, ...]:
    """What a language makes of the vectors and then of the other jobs: it is started once."""
    return tuple(minted(language, [*(job for job, _ in VECTORS.values()), *JOBS]))


@each_language
def test_each_good_vector_is_signed(language: str) -> None:
    """With the pairs and the key of the vector, the URL has its signature."""
    for (label, (job, signature)), answer in zip(VECTORS.items(), answers(language), strict=False):
        end = "".join(f"&{name}={tag}" for name, tag in sorted(job.tags.items())) + "&_z=1" * bool(job.tags)
        assert answer.error == "", label
        assert as_read(answer.url) == (job.design, job.ext, job.sealed, end.removeprefix("&")), label
        assert answer.url.endswith(f"&_s={signature}{end}"), label


@each_language
def test_what_is_signed_is_read_as_it_was_given(language: str) -> None:
    """Awkward values, expiry, campaign, pin, pixels and the tags of all platforms; no repair is needed."""
    for job, answer in zip(JOBS, answers(language)[len(VECTORS) :], strict=True):
        *made, open_query = as_read(answer.url)
        assert made == [job.design, job.ext, job.sealed]
        tags = "".join(f"{name}={tag}&" for name, tag in sorted(job.tags.items()))
        assert open_query == (f"{tags}_z=1" if tags else "")


@each_language
def test_nothing_before_the_signature_is_tampered_with_on_the_way(language: str) -> None:
    """Only letters that mail tools leave alone; a space is a plus, so each ``%20`` is known to be damage."""
    for answer in answers(language):
        sealed = answer.url.partition("&_s=")[0].removeprefix(BASE)
        assert re.fullmatch(r"/i/[a-z0-9-]+\.[a-z]+\?[A-Za-z0-9_.~*%&=+-]*", sealed), sealed
        assert "%20" not in sealed


@each_language
def test_the_image_for_html_has_the_link_the_text_and_the_mark(language: str) -> None:
    """A browser reads the attributes as they were given; a URL with open fields ends in the mark, no other does."""
    for job, answer in zip(JOBS, answers(language)[len(VECTORS) :], strict=True):
        (image,) = images_of(answer.tag).values()
        expected = answer.url.removesuffix("&_z=1") + (f"&_z={MARK}" if job.tags else "")
        assert image == {"src": expected, "width": "600", "height": "315", "alt": job.alt}
        # Platforms look for their tags in the text itself, and one attribute a line keeps lines short.
        assert all(f"={tag}&amp;" in answer.tag for tag in job.tags.values())
        assert len(answer.tag.splitlines()) == 5
        assert ("&#233;&#261;" in answer.tag) == bool(job.tags)


@each_language
def test_what_no_server_takes_is_not_signed(language: str) -> None:
    """A control character, also one beyond ASCII, and a secret that is missing or short."""
    refused = [
        *(Job({"_k": "k1", "offer_name": value}) for value in ("a\rb", "a\0b", "a\x7f", "a\x85b", "\x9f")),
        Job({"_k": "k1"}, secret=""),
        Job({"_k": "k1"}, secret="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"),
    ]
    if language in {"PHP", "Ruby", "Go"}:
        # Their texts are bytes; in Java and C# the driver reads UTF-8.
        refused.append(Job({"_k": "k1", "offer_name": "Ren\udce9"}))
    assert [bool(answer.error) for answer in minted(language, refused)] == [True] * len(refused)


@pytest.mark.parametrize(
    ("language", "program"),
    [
        (
            "Java",
            'String secret = System.getenv("IMGURL_SECRET");\n'
            'try { ImgurlMint.mint(secret, "", "a", "png", Map.of("a", "\\ud800"), Map.of()); }\n'
            'catch (IllegalArgumentException error) { System.out.print("refused"); }\n',
        ),
        (
            "C#",
            'string secret = Environment.GetEnvironmentVariable("IMGURL_SECRET");\n'
            'var half = new Dictionary<string, string> {["a"] = "\\ud800"};\n'
            'try { ImgurlMint.Mint(secret, "", "a", "png", half, new Dictionary<string, string>()); }\n'
            'catch (ArgumentException) { Console.Write("refused"); }\n',
        ),
    ],
)
def test_half_a_character_is_not_signed(language: str, program: str) -> None:
    """Where texts are UTF-16, an unpaired surrogate, which no URL can hold."""
    assert printed(language, program, IMGURL_SECRET=SECRET) == "refused"


@each_language
def test_the_page_shows_the_code_that_runs(language: str) -> None:
    """Letter by letter, and it stays short."""
    code = (SIGNERS / LANGUAGES[language].signer).read_text(encoding="utf-8")
    assert blocks(PAGE, FENCES[language])[0] == code
    assert len(code.splitlines()) <= 85
    assert max(map(len, code.splitlines())) <= 120


@each_language
def test_the_example_of_the_page_runs(language: str) -> None:
    """With the secret of the vectors it prints an image whose link a server takes, the same in all languages."""
    output = printed(language, blocks(PAGE, FENCES[language])[1], IMGURL_SECRET=SECRET)
    (image,) = images_of(output).values()
    assert (image["width"], image["height"], image["alt"]) == ("600", "315", "Spring is here: 24 % off")
    url, mark = str(image["src"]).split("&_z=")
    pairs = {"_c": "spring-26", "_k": "k1", "_m": "mailchimp", "_o": "first_name", "offer_name": "24 % off"}
    assert mark == MARK
    assert as_read(url) == ("newsletter-hero-april", "jpg", pairs, "first_name=*|URL:FNAME|*")
    assert sub_signature(url) in PAGES[PAGE].split("```")[1]


def sub_signature(url: str) -> str:
    """Return the target of a URL as the page prints it."""
    return re.sub("_s=[^&]*", "_s=…", url.removeprefix(BASE)) + "&_z=1"


def test_the_awkward_values_are_awkward() -> None:
    """Spaces alone, nothing at all, and each sign that means something in a URL."""
    assert {"", " "} < set(AWKWARD)
    assert set("&#+%\"'<>=?/ ") < set("".join(AWKWARD))
