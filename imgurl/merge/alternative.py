"""Alternative text: what an image says, for readers who do not see it.

A placeholder without a value vanishes together with an adjacent separator: ``Certificate: <<award>>, <<name>>, 2025``
without a name is "Certificate: Excellence, 2025". Punctuation alone decides, in any script; words stay.

For a mail platform that escapes what it puts into HTML, the text can hold the platform's own tag, with the fallback
for those who have no value.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from imgurl.merge.dialects import Dialect
from imgurl.merge.template import TextTemplate

# How much of a break a separator is; of the two at an empty place the greater stays. Others have rank 2.
RANKS = (
    dict.fromkeys(",、，､،՝፣", 1) | dict.fromkeys(":;：；؛", 3) | dict.fromkeys(".!?…。．！？｡؟۔।॥።։", 4)
)  # fmt: skip
SENTENCE_END = 4

# Straight quotes begin and end; German and Scandinavian ones turn the other way.
OPENING_QUOTES = frozenset("\"'”’»›")
CLOSING_QUOTES = frozenset("\"'“‘«‹")

# "'s" after a missing name.
POSSESSIVE = re.compile(r"['’]\w{1,2}\b")

# Fields without a fallback that are left to the platform each double the text.
MAX_BRANCHES = 2


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a platform writes a field into HTML, escaped, and asks whether there is a value.

    ``NAME`` stands for the field. No part contains a quote, for the reason given in ``dialects``.
    """

    tag: str
    when: str
    otherwise: str
    end: str
    #: What ``NAME`` is for a field that the platform knows by itself, and for one that it does not.
    standard: str = "NAME"
    custom: str = "NAME"


DJANGO = TextForm("{{NAME}}", "{% if NAME %}", "{% else %}", "{% endif %}")
JINJA = replace(DJANGO, tag="{{NAME|escape}}")
# In Liquid an empty text is true, and without Rails nil is not blank.
LIQUID = replace(JINJA, when="{% if NAME and NAME != empty %}")
HANDLEBARS = TextForm("{{NAME}}", "{{#if NAME}}", "{{else}}", "{{/if}}")

# Platforms that escape by themselves or have a filter for it.
TEXT_FORMS = {
    "braze": replace(LIQUID, when="{% if {{NAME}} != blank %}", standard="${NAME}", custom="custom_attribute.${NAME}"),
    "drip": replace(LIQUID, standard="subscriber.NAME"),
    "hubspot": replace(JINJA, standard="contact.NAME"),
    "iterable": HANDLEBARS,
    "kit": replace(LIQUID, standard="subscriber.NAME"),
    "klaviyo": replace(DJANGO, custom="person.NAME"),
    "sendgrid": HANDLEBARS,
}

WHY_NOT = {
    "customerio": "its older Liquid takes the escape filter for a URL encoder",
    "marketo": "its script tokens are URL-encoded; write {{lead.First Name}} into the alt yourself, Marketo escapes it",
}
NOT_ESCAPED = "it is not known to escape what it puts into HTML, and a quote in a name would end the text"


def alternative_text(template: TextTemplate, texts: Mapping[str, str]) -> str:
    """Return a design's alternative text with values put in; "" if no letter or digit is left."""
    literals, values = [""], []
    for optional, parts in template.pieces:
        if optional and any(part.field and not texts.get(part.field) for part in parts):
            continue
        for part in parts:
            if part.field is None:
                literals[-1] += part.text
            else:
                values.append(texts.get(part.field, ""))
                literals.append("")
    while "" in values:
        place = values.index("")
        is_first = place == 0
        is_last = not any(values[place + 1 :]) and not any(map(_says_something, literals[place + 2 :]))
        literals[place : place + 2] = [
            _closed(literals[place], literals[place + 1], is_first=is_first, is_last=is_last)
        ]
        del values[place]
    pieces = [literals[0], *(piece for pair in zip(values, literals[1:], strict=True) for piece in pair)]
    text = " ".join("".join(pieces).split())
    return text if _says_something(text) else ""


def personal_text(template: TextTemplate, texts: Mapping[str, str], opened: Sequence[str], dialect: Dialect,
                  names: Mapping[str, str | None]) -> str:  # fmt: skip
    """Return the alternative text with the platform's tags for the fields in ``opened``.

    ``texts`` holds the sealed values and the fallbacks, ``names`` the platform's own names of fields. Raises
    KeyError for a platform without a text form (``why_not_personal``), BadValue as ``Dialect.tag_for`` does.
    """
    tags = {name: _filled_form(dialect, name, names.get(name)) for name in opened if name in template.fields}
    inline = {
        name: f"{tag.when}{tag.tag}{tag.otherwise}{texts[name]}{tag.end}"
        for name, tag in tags.items()
        if texts.get(name)
    }
    branches = [name for name in tags if name not in inline][:MAX_BRANCHES]
    return _branched(template, {**texts, **inline}, branches, tags)


def why_not_personal(dialect: Dialect) -> str:
    """Say why the alternative text can't hold this platform's tags, "" if it can."""
    return "" if dialect.id in TEXT_FORMS else WHY_NOT.get(dialect.id, NOT_ESCAPED)


def _branched(
    template: TextTemplate, texts: Mapping[str, str], names: Sequence[str], tags: Mapping[str, TextForm]
) -> str:
    if not names:
        return alternative_text(template, texts)
    first, *others = names
    tag = tags[first]
    with_value = _branched(template, {**texts, first: tag.tag}, others, tags)
    return f"{tag.when}{with_value}{tag.otherwise}{_branched(template, texts, others, tags)}{tag.end}"


def _filled_form(dialect: Dialect, name: str, theirs: str | None) -> TextForm:
    form = TEXT_FORMS[dialect.id]
    their_field, is_custom = dialect.field_for(name, theirs)
    inner = (form.custom if is_custom else form.standard).replace("NAME", their_field)
    return replace(form, tag=form.tag.replace("NAME", inner), when=form.when.replace("NAME", inner))


def _closed(before: str, after: str, *, is_first: bool, is_last: bool) -> str:
    """Return the literal that is left of two with an empty place between them."""
    before, after = _without_belongings(before, after)
    head, left = _split_separator(before)
    mirrored_tail, mirrored = _split_separator(after[::-1])
    tail, right = mirrored_tail[::-1], mirrored[::-1]
    if _is_opening(head[-1:]) or (is_first and not head):
        return head + tail
    if is_last and not tail:
        return head + next((end for end in (left, right) if _rank(end) == SENTENCE_END), "")
    if _is_closing(tail[:1]) and not right.strip():
        return head + tail
    if not (left + right).strip():
        return head + (" " if left + right else "") + tail
    separator = left if _rank(left) >= _rank(right) else right
    return head + separator + (" " if right.endswith(" ") and not separator.endswith(" ") else "") + tail


def _without_belongings(before: str, after: str) -> tuple[str, str]:
    """Take away what belongs to the missing value: a unit, a possessive ending, brackets or quotes around it."""
    while True:
        head, tail = before.rstrip(), after.lstrip()
        if _is_unit(head[-1:]) and not head[:-1].rstrip()[-1:].isdigit():
            before = head[:-1]
        elif _is_unit(tail[:1]) and not tail[1:2].isalnum():
            after = tail[1:]
        elif possessive := POSSESSIVE.match(after):
            after = after[possessive.end() :]
        elif _is_opening(head[-1:]) and _is_closing(tail[:1]):
            before, after = head[:-1], tail[1:]
        else:
            return before, after


def _split_separator(text: str) -> tuple[str, str]:
    """Split off the separator that ends a text: one sign, or one repeated, with the spaces around it."""
    rest = text.rstrip()
    if rest and _is_separator(rest[-1]):
        rest = rest.rstrip(rest[-1]).rstrip()
    return rest, text[len(rest) :]


def _rank(separator: str) -> int:
    sign = separator.strip()[:1]
    return RANKS.get(sign, 2) if sign else 0


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _is_unit(character: str) -> bool:
    """Currency signs and what else comes before or after a number."""
    return bool(character) and (character in "#№%‰°＃％" or unicodedata.category(character) == "Sc")


def _is_opening(character: str) -> bool:
    return bool(character) and (character in OPENING_QUOTES or unicodedata.category(character) in {"Ps", "Pi"})


def _is_closing(character: str) -> bool:
    return bool(character) and (character in CLOSING_QUOTES or unicodedata.category(character) in {"Pe", "Pf"})


def _is_separator(character: str) -> bool:
    brackets = _is_opening(character) or _is_closing(character)
    return unicodedata.category(character)[0] in "PS" and not brackets and not _is_unit(character)
