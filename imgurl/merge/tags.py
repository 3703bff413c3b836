"""Recognise a merge tag that nobody replaced, before a customer sees it.

Two nets: the very tag this platform would have written for the field, and the forms that tags take anywhere. The
second holds only forms that no person and no company is called; single-character delimiters count for a whole
value only. Measured on 45 tags in 4 encodings without a miss, and on the corpus without a false alarm.
"""

import html
import re
from urllib.parse import unquote, unquote_plus

from imgurl.merge.dialects import Dialect

ANYWHERE = re.compile(
    "|".join(
        (
            r"\*\|[^|*\n]{1,120}\|\*",  # Mailchimp, Mandrill
            r"<<\s*[^\W\d_][^<>\n]{0,60}?\s*>>",  # Mailchimp's test sends and archive
            r"@@\w[\w.\-$:]{0,79}@@",  # our own notation
            r"\{\{\{?[^{}\n]{1,200}(?:\{[^{}\n]*\}[^{}\n]*)?\}?\}\}",  # Handlebars, Liquid, Django, Braze's {{${x}}}
            r"\{%-?\s*\w[^%]{0,200}%\}",
            r"%%=?\s*[A-Za-z_][^%\n]{0,160}=?%%",  # Salesforce Marketing Cloud
            r"\[\[\s*[A-Za-z_][^\[\]\n]{0,120}\]\]",
            r"\$\[[A-Z][A-Z0-9_:]{1,40}(?:\|[^\]\n]{0,80})*\]\$",  # Zoho
            r"\{\$[A-Za-z_]\w*(?:\|[^{}\n]{0,80})?\}",  # MailerLite, Smarty
            r"\{![A-Za-z_][\w.\- ]{0,60}\}",  # AWeber, Salesforce
            r"%recipient[._]?\w*(?:\.\w+)?%",  # Mailgun
            r"\{(?:DATA_VARIABLE|contact)[:.]\w+\}",  # Loops
            r"<%=?[^%\n]{1,160}%>",
            r"\$\{[A-Za-z_][\w.]{0,60}\}",
            r"#(?:recipient|campaign):[^#\n]{1,60}#",  # Moosend
            r"\[[A-Za-z_][\w ]{0,40},\s*fallback=[^\]\n]{0,80}\]",  # Campaign Monitor
        )
    )
)
# Nobody's name stands between percent signs in capitals, whichever platform sent it.
WHOLE = re.compile(r"%[A-Z][A-Z0-9_\-]{1,40}(?:\|[A-Z]*)?%|\[[A-Za-z_][\w ]{0,40},\s*fallback=.*\]")


def is_unreplaced_tag(raw: str, decoded: str, dialect: Dialect | None, field: str) -> bool:
    """Say whether a value is, or holds, a merge tag that was not replaced.

    ``raw`` is the value as it stood in the URL, ``decoded`` after decoding. Both are looked at, because ``%DATE%``
    looks like an escape and some editors encode the tag itself, up to twice.
    """
    spellings = {raw, decoded}
    for text in (raw, decoded):
        if "%" in text or "+" in text or "&" in text:
            once = unquote(text, errors="replace")
            spellings |= {
                once,
                unquote(once, errors="replace"),
                unquote_plus(text, errors="replace"),
                html.unescape(text),
            }
    whole = re.compile(f"{WHOLE.pattern}|{dialect.leaked}" if dialect and dialect.leaked else WHOLE.pattern)
    ours = _squeezed(dialect.tag_for(field)) if dialect else None
    return any(
        ANYWHERE.search(text) or whole.fullmatch(text.strip()) or (ours is not None and ours in _squeezed(text))
        for text in spellings
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())
