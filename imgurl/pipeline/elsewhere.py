"""What a picture shows that is somewhere else: what it needs for some values, and what comes of that. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from imgurl.design.layers.image import ImageLayer
from imgurl.design.layers.table import AnyLayer, GroupLayer
from imgurl.design.library import Design
from imgurl.gathering.needs import Found, Gathered, LiveSource, Missing, Need, RemotePicture
from imgurl.merge.live import LiveValue, with_live
from imgurl.merge.resolve import Resolved
from imgurl.merge.template import parse_template
from imgurl.merge.url_patterns import filled
from imgurl.outbound.web_urls import is_listed


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The values of a picture with the live ones among them, and its remote pictures.

    ``texts`` has the digest of each remote picture under its name. ``needs`` is what was not gathered yet, ``gathered``
    what was used of what was.
    """

    resolved: Resolved
    texts: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    gathered: Gathered = field(default_factory=dict)
    #: What is not as it was meant to be, as sentences.
    reasons: tuple[str, ...] = ()
    #: Whether a fallback is drawn for a remote picture.
    has_fallbacks: bool = False

    def limit(self, age: int) -> int | None:
        """Return for how many of these seconds the picture may be kept: until the first thing gathered is out of date.

        None if something is missing or out of date already, since the next one who asks may get better.
        """
        found = tuple(self.gathered.values())
        if self.needs or any(isinstance(one, Missing) or one.is_stale for one in found):
            return None
        return min([age, *(int(one.left) for one in found if isinstance(one, Found))])


def look_elsewhere(
    design: Design, resolved: Resolved, hosts: frozenset[str], gathered: Gathered, can_draw: Callable[[str], bool]
) -> Elsewhere:
    """Put what was gathered into a picture's values, and say what it needs still.

    What is on a host that the operator has not listed is never needed: the picture is as if the design did without.
    """
    document = design.document
    sources = tuple(_sources(design, resolved, hosts))
    live = _live_values(sources, gathered)
    with_values = with_live(document.fields, resolved, live, can_draw)
    pending = {name for need in sources if need not in gathered for name, _ in need.paths}
    pictures = dict(_pictures(design, with_values, hosts, pending))
    needs: dict[Need, None] = dict.fromkeys((*sources, *pictures.values()))
    used = {need: gathered[need] for need in needs if need in gathered}
    texts = {name: one.digest for name, need in pictures.items() if isinstance(one := used.get(need), Found)}
    lacking = [need for need in pictures.values() if not _is_there(used.get(need))]
    return Elsewhere(
        with_values,
        {name: digest for name, digest in texts.items() if digest},
        tuple(need for need in needs if need not in gathered),
        used,
        tuple(_reasons(used)),
        has_fallbacks=bool(lacking),
    )


def _sources(design: Design, resolved: Resolved, hosts: frozenset[str]) -> Iterator[LiveSource]:
    document, values = design.document, _for_urls(resolved)
    for name, source in document.sources.items():
        url = filled(source.url, values)
        if url is not None and is_listed(url.host, hosts):
            yield LiveSource(
                name, url.text, document.hosts, tuple(source.values.items()), source.ttl, source.max_stale,
                source.deadline, source.headers,
            )  # fmt: skip


def _live_values(sources: tuple[LiveSource, ...], gathered: Gathered) -> dict[str, LiveValue | None]:
    """Return the value of each field that a source feeds: None where it was asked for in vain."""
    live: dict[str, LiveValue | None] = {}
    for need in sources:
        match gathered.get(need):
            case Found() as found:
                live |= {
                    name: LiveValue(found.values[name], found.is_stale) if name in found.values else None
                    for name, _ in need.paths
                }
            case Missing():
                live |= {name: None for name, _ in need.paths}
            case None:
                pass
    return live


def _pictures(
    design: Design, resolved: Resolved, hosts: frozenset[str], pending: set[str]
) -> Iterator[tuple[str, RemotePicture]]:
    """Yield the remote pictures of the layers that are drawn, but those whose URL depends on a value to come."""
    values, texts = _for_urls(resolved), resolved.texts | resolved.readings
    for layer in _drawn(design.in_cases_of(texts).layers.values(), texts):
        if not isinstance(layer, ImageLayer) or layer.remote_name is None:
            continue
        url = layer.remote_url(values) if pending.isdisjoint(_fields_of(layer)) else None
        if url is not None and is_listed(url.host, hosts):
            yield layer.remote_name, RemotePicture(url.text, design.document.hosts, layer.ttl)


def _drawn(layers: Iterable[AnyLayer], texts: Mapping[str, str]) -> Iterator[AnyLayer]:
    """Yield the layers whose condition holds, and those in groups."""
    for layer in layers:
        if layer.is_drawn(texts):
            yield layer
            if isinstance(layer, GroupLayer):
                yield from _drawn(layer.layers, texts)


def _fields_of(layer: ImageLayer) -> tuple[str, ...]:
    return (layer.field,) if layer.field is not None else parse_template(layer.url or "").fields


def _for_urls(resolved: Resolved) -> dict[str, str]:
    """Return the values as URLs have them: a price without its currency and grouping signs."""
    return {value.field: value.reading or value.text for value in resolved.values}


def _is_there(one: Found | Missing | None) -> bool:
    return isinstance(one, Found) and bool(one.digest)


def _reasons(used: Gathered) -> Iterator[str]:
    for need, one in used.items():
        what = f"the source '{need.name}'" if isinstance(need, LiveSource) else "a remote picture"
        if isinstance(one, Missing):
            yield f"{what} could not be had: {one.reason}"
        elif one.is_stale:
            yield f"{what} is {one.age:.0f} s old, and there is no newer one yet"
        elif isinstance(need, RemotePicture) and not one.digest:
            yield "a remote picture does not exist"
