"""`python -m footnote`: the `footnote` command."""

from footnote.app import main

if __name__ == "__main__":
    main()
