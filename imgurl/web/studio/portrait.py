"""What a design shows for values that somebody types: the same path as a link's, without a link.

So no value of a recipient is ever in a URL, where logs and histories would keep it.
"""

import time
from collections.abc import Iterable, Mapping
from functools import partial
from urllib.parse import quote

from imgurl.design.library import Design
from imgurl.merge.alternative import alternative_text
from imgurl.merge.fields import MergeField
from imgurl.merge.open_part import END_MARKER
from imgurl.merge.template import parse_template
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Picture
from imgurl.urls.controls import Controls
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl
from imgurl.web.api.images import Images

# The key that a link would name; none is used.
NO_KEY = "none"


def label_of(field: MergeField) -> str:
    """Return what people call a field: ``First name`` for ``first_name``."""
    return field.label or field.name.replace("_", " ").capitalize()


def opened_of(design: Design) -> tuple[str, ...]:
    """Return the fields that a mail platform may fill."""
    return tuple(field.name for field in design.document.fields if field.openable)


def link_of(design: Design, values: Mapping[str, str], controls: Controls, opened: Iterable[str]) -> SignedUrl:
    """Return the link that shows these values, as if it were signed: those of open fields as a platform sends them."""
    names = sorted(opened)
    filled = "".join(f"{name}={quote(values.get(name, ''), safe='')}&" for name in names)
    sealed = {field.name: values[field.name] for field in design.document.fields if values.get(field.name)}
    sealed = {name: text for name, text in sealed.items() if name not in names}
    pairs = controls.pairs(NO_KEY, names) | sealed
    return SignedUrl(design.id, controls.ext, pairs, "", f"{filled}{END_MARKER}=1" if names else "")


async def portrait(
    pipeline: Pipeline, images: Images, design: Design, values: Mapping[str, str], controls: Controls
) -> Picture:
    """Return what a design, which may be a draft, shows for these values."""
    link = link_of(design, values, controls, opened_of(design))
    show = partial(pipeline.of_design, link, design, KeyState.SIGN, time.time())
    return await images.complete(show, show())


def alt_of(picture: Picture) -> str:
    """Return the alternative text of a picture."""
    document = picture.design.document
    return alternative_text(parse_template(document.alt, with_tags=True), picture.texts) or document.title
