"""``imgurl serve`` in a hurry: what it does every few seconds it does every half second, so that tests wait less."""

from imgurl.cli import main
from imgurl.web import campaigns, preparing

# How often counts of campaigns are written and limits read.
SYNC_SECONDS = 0.5

# How long nothing is drawn before the best effort begins.
QUIET_SECONDS = 0.5

# Server processes of several import this module by the second name; tests do by its own, and are left alone.
if __name__ in {"__main__", "__mp_main__"}:
    campaigns.SYNC_SECONDS = SYNC_SECONDS
    preparing.QUIET_SECONDS = QUIET_SECONDS

if __name__ == "__main__":
    main()
