"""Grapheme clusters (UAX #29) and which of them are emoji."""

import re

from icu4py.breakers import CharacterBreaker

# Code points below this never join a cluster, but for the pair CR LF, which cleaning has removed.
FIRST_MARK = "\u0300"

# Emoji_Presentation=Yes of emoji-data.txt, Unicode 17: shown as emoji unless U+FE0E follows. icu4py does not hand out
# properties, and Python's own data are older; tests/conformance/test_emoji.py compares every code point with ICU.
EMOJI_PRESENTATION = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236"
    "\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f320\U0001f32d-\U0001f335\U0001f337-\U0001f37c"
    "\U0001f37e-\U0001f393\U0001f3a0-\U0001f3ca\U0001f3cf-\U0001f3d3\U0001f3e0-\U0001f3f0\U0001f3f4\U0001f3f8-\U0001f43e"
    "\U0001f440\U0001f442-\U0001f4fc\U0001f4ff-\U0001f53d\U0001f54b-\U0001f54e\U0001f550-\U0001f567\U0001f57a\U0001f595"
    "\U0001f596\U0001f5a4\U0001f5fb-\U0001f64f\U0001f680-\U0001f6c5\U0001f6cc\U0001f6d0-\U0001f6d2\U0001f6d5-\U0001f6d8"
    "\U0001f6dc-\U0001f6df\U0001f6eb\U0001f6ec\U0001f6f4-\U0001f6fc\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f93a"
    "\U0001f93c-\U0001f945\U0001f947-\U0001f9ff\U0001fa70-\U0001fa7c\U0001fa80-\U0001fa8a\U0001fa8e-\U0001fac6\U0001fac8"
    "\U0001facd-\U0001fadc\U0001fadf-\U0001faea\U0001faef-\U0001faf8"
)
# Emoji by nature, by the selector U+FE0F, a keycap, or a base with a skin tone.
EMOJI = re.compile(f"(?:[{EMOJI_PRESENTATION}]|.\ufe0f|.[\U0001f3fb-\U0001f3ff]|[0-9#*]\ufe0f?\u20e3)", re.DOTALL)
MAY_HOLD_EMOJI = re.compile(f"[{EMOJI_PRESENTATION}\ufe0f\u20e3]")


def clusters(text: str) -> tuple[str, ...]:
    """Cut ``text`` into grapheme clusters."""
    if max(text, default="") < FIRST_MARK:
        return tuple(text)
    return tuple(CharacterBreaker(text, "root"))


def is_emoji(cluster: str) -> bool:
    """Say whether a cluster wants the emoji font first (UTS #51, presentation sequences)."""
    return bool(EMOJI.match(cluster)) and cluster[1:2] != "\ufe0e"
