"""``python -m imgurl`` is the command ``imgurl``."""

from imgurl.cli import main

if __name__ == "__main__":
    main()
