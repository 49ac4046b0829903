"""The console script and `python -m schoolplan`: exit codes are set here and nowhere else."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from schoolplan.cli import app
    from schoolplan.exits import guarded

    sys.exit(guarded(app))


if __name__ == "__main__":
    main()
