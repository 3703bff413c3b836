"""Whether clocks agree: links expire and countdowns end by the clock of the server."""

from imgurl.doctor.findings import Finding, ok, problem, warning

# Seconds two clocks may differ. A Date header is cut to the second, and an answer takes a moment.
FINE_SECONDS = 3.0
WRONG_SECONDS = 60.0


def look_at_time(whose: str, theirs: float, ours: float) -> Finding:
    """Compare another clock with the one of this machine (Unix seconds)."""
    off = abs(theirs - ours)
    if off <= FINE_SECONDS:
        return ok("clock", f"the clock of this machine and that of {whose} agree")
    sentence = f"the clock of this machine and that of {whose} are {off:,.0f} s apart"
    cure = "let both be set by NTP (chrony, systemd-timesyncd)"
    return problem("clock", sentence, cure) if off > WRONG_SECONDS else warning("clock", sentence, cure)
