"""``python -m imgext`` is ``imgext``."""

from imgext.cli import main

if __name__ == "__main__":
    main()
