"""Links minted, fetched and compared: by the server itself, and by everything in front of it."""

import json
import time
from collections.abc import Iterator

from imgurl.config import Settings
from imgurl.design.library import Library
from imgurl.doctor.asking import NoAnswer, Reply, ask, is_address
from imgurl.doctor.clock import look_at_time
from imgurl.doctor.findings import Finding, ok, problem, skipped, warning
from imgurl.doctor.links import Probe, Probes, chosen_design, probes_for
from imgurl.pipeline.path import Pipeline
from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyRing

# What no front may change about an answer: the picture, how long it may be kept, how it is known.
KEPT = ("content-type", "etag", "cache-control", "x-imgurl-outcome")

CERTIFICATE_DAYS = 14

FRONT = "what is in front"


def look_at_links(
    settings: Settings, server: str, pipeline: Pipeline | None, ring: KeyRing | None
) -> Iterator[Finding]:
    """Yield what becomes of links at the server itself, and on the way through the public address.

    Without designs or keys, of which no link can be made, it is only asked whether the server is there.
    """
    if not is_address(server):
        cure = "name the server's with --server as a URL, such as http://127.0.0.1:8000"
        yield problem("server", f"'{server}' is not the address of a server", cure)
        return
    try:
        ready = ask(server, "/readyz")
    except NoAnswer as error:
        yield problem(
            "server", f"there is no answer at {server}: {error}",
            "start it with 'imgurl serve', or name its address with --server",
        )  # fmt: skip
        return
    yield _readiness(ready, server)
    design = chosen_design(pipeline.library) if pipeline else None
    if pipeline is None or design is None or ring is None:
        yield skipped("link", "no link can be made without a signing key and a design")
        return
    library = pipeline.library
    probes = probes_for(design, Minter(ring.signing, "", library.fields), time.time())
    direct = _asked(server, probes)
    yield from _look_at_server(direct, probes, pipeline, ring, library)
    public = (settings.cdn_base or settings.base_url).rstrip("/")
    if public in ("", server):
        yield skipped(FRONT, "links begin with the server's own address")
        return
    if not is_address(public):
        yield skipped(FRONT, "what links begin with is not a URL")
        return
    yield from _look_at_front(public, direct, probes)


def _readiness(reply: Reply, server: str) -> Finding:
    try:
        facts = json.loads(reply.body)
        drawn = facts["default_images"]
    except (ValueError, KeyError, TypeError):
        cure = "name the server's own address with --server"
        return problem("server", f"what answers at {server} is not imgurl (/readyz: {reply.status})", cure)
    if reply.status == 200:
        return ok("server", f"the server at {server} is ready")
    if not drawn:
        cure = "ask again in some seconds; if it stays so, its log says why"
        return warning("server", f"the server at {server} is still starting", cure)
    return problem("server", f"the server at {server} is stopping, or has no designs", "look at its log")


Replies = dict[str, Reply | NoAnswer]


def _asked(base: str, probes: Probes) -> Replies:
    """Ask for everything, one after the other."""
    every = (probes.plain, *(probes.names or ()), *probes.others)
    return {probe.target: _try(base, probe) for probe in every}


def _try(base: str, probe: Probe) -> Reply | NoAnswer:
    try:
        return ask(base, probe.target)
    except NoAnswer as error:
        return error


def _look_at_server(
    replies: Replies, probes: Probes, pipeline: Pipeline, ring: KeyRing, library: Library
) -> Iterator[Finding]:
    """Yield whether the server knows the keys and shows the designs that this command knows."""
    plain = replies[probes.plain.target]
    if isinstance(plain, NoAnswer):
        yield problem("link", f"the server did not answer a link: {plain}", "look at its log")
        return
    if plain.status == 403:
        cure = "give both the same data folder (IMGURL_DATA) or the same IMGURL_SIGNING_KEYS, and ask again"
        yield problem("link", "the server refuses a link of this command: it has other keys", cure)
        return
    expected = pipeline.show_target(probes.plain.target, ring.signing.state, time.time()).key.etag
    if plain.status != 200 or not plain.body:
        yield problem("link", f"the server answers a good link with {plain.status}", "look at its log")
    elif plain["etag"] != expected:
        cure = "give both the same designs and fonts, and restart a server of another version"
        yield problem("link", "the server shows another picture than this command would draw", cure)
    else:
        yield ok("link", f"a link was minted and fetched: the picture that is meant, {len(plain.body) / 1000:.0f} kB")
    if plain.date is not None:
        yield look_at_time("the server", plain.date, time.time())


def _look_at_front(base: str, direct: Replies, probes: Probes) -> Iterator[Finding]:
    """Yield what is different through the public address."""
    public = _asked(base, probes)
    here, there = direct[probes.plain.target], public[probes.plain.target]
    if isinstance(there, NoAnswer):
        yield problem(FRONT, f"there is no answer at {base}: {there}", "check its DNS name, firewall and proxy")
        return
    if isinstance(here, NoAnswer):
        return
    yield from _certificate(there, base)
    if there.date is not None:
        yield look_at_time(base, there.date, time.time())
    found = [*_changed_answers(here, there), *_mixed_up(public, probes), *_changed_requests(direct, public, probes)]
    found += _not_modified(base, probes.plain, there)
    yield from found or [ok(FRONT, f"{len(direct)} links arrive at the server and come back unchanged through {base}")]


def _certificate(reply: Reply, base: str) -> Iterator[Finding]:
    if reply.certificate_ends is not None:
        days = (reply.certificate_ends - time.time()) / 86_400
        if days < CERTIFICATE_DAYS:
            yield warning(FRONT, f"the certificate of {base} ends in {days:.0f} days", "renew it")


def _changed_answers(here: Reply, there: Reply) -> Iterator[Finding]:
    """Yield how an answer changed on its way."""
    if there.status != here.status:
        yield problem(
            FRONT, f"a good link is answered with {there.status}, and by the server itself with {here.status}",
            "let the front pass the path and the query as they are, byte for byte (docs/fronts.md)",
        )  # fmt: skip
        return
    if there["content-encoding"]:
        yield warning(
            FRONT, f"pictures are compressed once more ({there['content-encoding']}): slower, and hardly smaller",
            "let the front compress texts only, no image/*",
        )  # fmt: skip
    elif there.body != here.body:
        yield problem(
            FRONT, f"pictures are changed on their way: {len(here.body):,} bytes become {len(there.body):,}",
            "turn off image optimisation in the CDN for these links",
        )  # fmt: skip
    for name in KEPT:
        if there[name] != here[name]:
            yield problem(
                FRONT, f"the header {name} says '{there[name]}', and by the server itself '{here[name]}'",
                "let the front pass the server's headers as they are",
            )  # fmt: skip
    if there["set-cookie"]:
        yield warning(FRONT, "a cookie is set with pictures: caches will not keep them", "set no cookie for /i/")


def _mixed_up(public: Replies, probes: Probes) -> Iterator[Finding]:
    """Yield whether two names show one picture: a cache that leaves the query out shows somebody else's name."""
    if probes.names is None:
        return
    first, second = (public[probe.target] for probe in probes.names)
    if isinstance(first, Reply) and isinstance(second, Reply) and first.status == 200 and first.body == second.body:
        yield problem(
            FRONT, "two links for two names show the same picture: recipients see somebody else's name",
            "let the cache's key be the whole path and query",
        )  # fmt: skip


def _changed_requests(direct: Replies, public: Replies, probes: Probes) -> Iterator[Finding]:
    """Yield which links don't arrive as they were sent."""
    refused, changed = [], []
    for probe in (*(probes.names or ()), *probes.others):
        here, there = direct[probe.target], public[probe.target]
        if isinstance(there, NoAnswer) or (not there.is_ours and there.status >= 400):
            refused.append(probe.what)
        elif isinstance(here, Reply) and _shown(here) != _shown(there):
            changed.append(probe.what)
    if refused:
        yield problem(
            FRONT, f"links are refused before they reach the server: {', '.join(refused)}",
            "exclude /i/ from the rules of the firewall, raise its limits on URLs (docs/fronts.md)",
        )  # fmt: skip
    if changed:
        yield problem(
            FRONT, f"links are changed on their way, and show something else: {', '.join(changed)}",
            "let the front pass the query as it is, byte for byte (docs/fronts.md)",
        )  # fmt: skip


def _shown(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply["etag"].removeprefix("W/"), reply["x-imgurl-outcome"]


def _not_modified(base: str, plain: Probe, there: Reply) -> list[Finding]:
    """Return whether asking again with the ETag saves the picture."""
    try:
        again = ask(base, plain.target, {"If-None-Match": there["etag"]})
    except NoAnswer as error:
        return [problem(FRONT, f"there was no answer to a second request: {error}", "look at the front's log")]
    if again.status == 304:
        return []
    sentence = f"a client that has the picture gets it again ({again.status} instead of 304)"
    return [warning(FRONT, sentence, "let the front pass If-None-Match and ETag")]
