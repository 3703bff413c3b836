"""Grammars of the identifiers that URLs, documents, requests and commands share: one place for each."""

import re

#: Ids of designs: the names of their folders.
DESIGN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

#: Campaign labels, for logs and statistics.
CAMPAIGN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

#: Ids of signing keys, ``_k`` in URLs.
SIGNING_KEY_ID = re.compile(r"[a-z0-9]{1,12}")

#: A pin: the beginning of the SHA-256 digest of a design's version, in hexadecimal.
PIN = re.compile(r"[0-9a-f]{12,64}")

#: Digits of the digest in the pins that are minted here.
PIN_DIGITS = 16
