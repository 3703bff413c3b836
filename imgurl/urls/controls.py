"""What a URL says apart from its values: its image format and its controls."""

from collections.abc import Iterable
from dataclasses import dataclass

from imgurl.errors import BadValue
from imgurl.identifiers import CAMPAIGN
from imgurl.urls.target import CONTROLS, EXTENSIONS


@dataclass(frozen=True, slots=True)
class Controls:
    """The format and the controls of a link.

    ``ext`` is the image format, as the path ends in it, ``expires`` is in Unix seconds, ``pin`` is the beginning of a
    design version's digest, ``dpr`` is in device pixels per CSS pixel, ``campaign`` is a label for logs and statistics.
    """

    ext: str = "png"
    expires: int | None = None
    pin: str | None = None
    dpr: int = 1
    campaign: str | None = None

    def pairs(self, key_id: str, opened: Iterable[str] = (), esp: str | None = None) -> dict[str, str]:
        """Return the control pairs of the sealed part, in the order in which they are minted."""
        controls = {
            "_k": key_id,
            "_o": ".".join(sorted(opened)) or None,
            "_x": None if self.expires is None else str(self.expires),
            "_v": self.pin,
            "_m": esp,
            "_dpr": None if self.dpr == 1 else str(self.dpr),
            "_c": self.campaign,
        }
        return {name: value for name, value in controls.items() if value is not None}

    def check(self, now: float | None) -> None:
        """Raise BadValue for a control that is not of its form, or an expiry that is over at ``now``, Unix seconds.

        None for ``now`` lets any expiry pass.
        """
        if self.ext not in EXTENSIONS:
            raise BadValue("ext", f"is '{self.ext}'; known are {', '.join(EXTENSIONS)}")
        if self.expires is not None and (not isinstance(self.expires, int) or isinstance(self.expires, bool)):
            kind = type(self.expires).__name__
            raise BadValue("expires", f"is of the type {kind}; give Unix seconds, a whole number")
        if self.expires is not None and now is not None and self.expires <= now:
            raise BadValue("expires", "is in the past")
        if self.campaign is not None and not CAMPAIGN.fullmatch(self.campaign):
            raise BadValue("campaign", f"is '{self.campaign}'; labels are lowercase letters, digits, - and _")
        for name, value in self.pairs("").items():
            if name != "_k" and not CONTROLS[name].fullmatch(value):
                raise BadValue(name, f"is '{value}', which is not valid")
