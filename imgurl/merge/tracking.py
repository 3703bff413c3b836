"""Names of query parameters that mail platforms, ad networks and scanners append to URLs.

They are dropped from the open part of a URL, and no field may be named so. Source: vendors' documentation and the
public lists named in the project's reference on mail platforms, section 4.4.
"""

PREFIXES = ("utm_", "vero_", "sfmc_", "et_", "trk_", "hsa_", "_bta_", "ml_subscriber", "oly_", "pk_", "mtm_")

NAMES = frozenset(
    # Mailchimp, Klaviyo, HubSpot, Marketo, Kit, Dotdigital, Instantly
    "mc_cid mc_eid mc_tc _kx _ke _hsenc _hsmi hsctatracking __hsfp __hssc __hstc mkt_tok ck_subscriber_id sh_kit "
    "dm_i clicktracking j wickedid nr_email_referer s_cid ss_email_id "
    # advertisements
    "gclid dclid gbraid wbraid fbclid msclkid ttclid twclid yclid li_fat_id igshid _ga _gl gclsrc "
    # what proxies and scanners add against caches
    "_ t cb rnd".split()
)


def is_tracking_name(name: str) -> bool:
    """Say whether a parameter of this name was appended by somebody on the way."""
    lowered = name.lower()
    return lowered in NAMES or lowered.startswith(PREFIXES)
