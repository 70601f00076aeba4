"""``python -m passerby``."""

from passerby.cli.main import main

if __name__ == "__main__":
    main()
