"""Texts that the rules of this package are about, and everything else that Unicode has."""

from typing import Final

from hypothesis import strategies as st

# Marks, joiners, bidi controls, blanks, tags of merge and markup languages, dots, digits and signs of URLs.
EVENTFUL: Final = (
    "aZëßİıŉﬁǆÅΐ李ก한\u1100\u1161\u0301\u0316\u0323\u0489\u20dd\u093e\u094d\u200b\u200c\u200d\u200e\u202e\u2066\u2069"
    "\u00ad\ufeff\ufe0f\u2028\u2029\x85\x1c\n\r\t \u00a0\u3000\u2800\u3164\u0958\u0344\u212b\ufb1d🏴👩🏽🇩\U000e0067"
    "\U000e0077\U000e007f\ufffd\ufffe\U0010ffff\ud800\udc00{}[]<>|*%#$@!&;=+?/:.,'\"\\-_~^`()0123456789٠１²"
)
PIECES: Final = (
    "{{first_name}}", "*|FNAME|*", "%%x%%", "<< Test First Name >>", "&amp;", "&#0;", "&#x202e;", "None", "null",
    "evil.example", "+1 900 555", "first_name=", "city=", "&", "_z=1", "utm_source=x", "%F0%9F", "%E2%80%8B",
    "%7B%7B", "%20", "%", "é", "e\u0301", "https://", "2026-03-01", "0001-01-01", "1.299,50", "$1,299", "1e999",
    "rgb(1 2 3)", "oklch(0.7 1e300 30)", "gold", "true",
)  # fmt: skip

#: Any code point, lone surrogates too, but often one that a rule is about.
any_text: Final = st.lists(
    st.one_of(st.sampled_from(EVENTFUL), st.sampled_from(PIECES), st.characters()), max_size=60
).map("".join)

#: What can be encoded: any code point but surrogates.
unicode_text: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
