"""What a preflight is asked for, as it is sent to the processes that judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from imgurl.batches.columns import ListColumns
from imgurl.pipeline.orders import DesignFiles


@dataclass(frozen=True, slots=True)
class PreflightOptions:
    """How a list is read for a design, with the meanings that they have for a batch.

    ``now`` (Unix seconds) is the time that countdowns show.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    ext: str = ""
    dpr: int = 1
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class PreflightOrder:
    """A preflight that was checked, with everything that a process needs.

    ``identity`` is the column that tells recipients apart, "" if only whole rows do. ``salt`` keys the digests by which
    they are compared: those of two runs have nothing in common.
    """

    design: DesignFiles
    fonts: Path
    columns: ListColumns
    options: PreflightOptions
    identity: str
    salt: bytes
