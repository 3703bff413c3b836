"""What a URL shows, before a pixel is drawn. Light: nothing that draws is loaded with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from imgurl.cache.keys import RenderKey, render_key
from imgurl.design.digest import plate_digest
from imgurl.design.library import Design
from imgurl.gathering.needs import Found, Gathered, Need
from imgurl.merge.open_part import Damage
from imgurl.merge.resolve import Value


class Outcome(StrEnum):
    """How a request ended, in one word (the header ``X-Imgurl-Outcome``)."""

    OK = "ok"
    FALLBACK = "fallback"
    UNRESOLVED = "unresolved"
    CUT = "cut"
    OTHER_VERSION = "other-version"
    EXPIRED = "expired"
    DEFAULT = "default"
    REFUSED = "refused"
    #: The link's campaign was stopped.
    STOPPED = "stopped"
    #: The link's campaign has no renders left, and this picture was in no cache.
    OVER_BUDGET = "over-budget"


class PictureKind(StrEnum):
    """Which of a design's pictures is shown."""

    VALUES = "values"
    DEFAULT = "default"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)  # without slots: a cached property has to be kept somewhere
class Picture:
    """What a URL shows: everything an image is made of."""

    design: Design
    ext: str
    dpr: int
    kind: PictureKind
    #: What is drawn, by field name.
    texts: Mapping[str, str]
    outcome: Outcome
    #: Fields the outcome is about.
    concerned: tuple[str, ...] = ()
    #: Seconds a client may keep the image; None: it must not.
    max_age: int | None = None
    immutable: bool = False
    values: tuple[Value, ...] = ()
    reason: str = ""
    #: What happened to the link on its way.
    damage: tuple[Damage, ...] = ()
    #: Signed with a test key: the picture carries a mark that says so.
    is_test: bool = False
    #: What has to be gathered before this is the picture it is meant to be.
    needs: tuple[Need, ...] = ()
    #: What was gathered for it.
    gathered: Gathered = field(default_factory=dict)
    #: When the same URL shows another picture, because a countdown runs on or ends (Unix seconds); None: never.
    changes_at: int | None = None
    #: An animation that begins with the second in which it was asked for.
    is_live: bool = False

    @property
    def remote_pictures(self) -> dict[str, bytes]:
        """The remote pictures that it shows, by the digests of their bytes."""
        found = (one for one in self.gathered.values() if isinstance(one, Found) and one.digest)
        return {one.digest: one.body for one in found}

    @cached_property
    def key(self) -> RenderKey:
        """The render key. It follows from what is drawn alone: equal keys, equal bytes.

        A default image is drawn from texts as any other picture, and shares the key of one with the same texts.
        """
        kind = "test" if self.is_test else "expired" if self.kind is PictureKind.EXPIRED else "values"
        key = render_key(plate_digest(self.design, self.dpr), self.texts, self.ext, kind)
        return replace(key, lasts=False) if self.is_live else key
