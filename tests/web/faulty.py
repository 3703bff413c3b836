"""``imgurl serve`` with renderers that do the worst when a value says so: a module that tests run, and nobody else.

It loads nothing of them itself, as the server does not.
"""

from imgurl.cli import main
from imgurl.composition import showing
from imgurl.gathering import keeping
from imgurl.web import render_queue

# Seconds after which a renderer of these tests is killed, and for which a picture that failed is not tried again.
KILLED_AFTER_SECONDS = 2.5
FAILED_SECONDS = 0.5

# After how long a host that failed is asked again.
AGAIN_SECONDS = (2.0, 2.5)

if __name__ == "__main__":
    render_queue.FAILED_SECONDS = FAILED_SECONDS
    keeping.AGAIN_SECONDS = AGAIN_SECONDS
    showing.STUDIO = "tests.web.faults:open_faulty"
    showing.KILLED_AFTER_SECONDS = KILLED_AFTER_SECONDS
    showing.KILLED_AFTER_DEADLINES = 1.0
    # Or the tests would wait for whatever else the machine does.
    showing.NICENESS = 0
    main()
