"""What dynatape says at its end, as numbers."""

import re

_COUNTS = re.compile(
    r"^dynatape: (?P<calls>\d+) calls, (?P<replayed>\d+) replayed, (?P<recorded>\d+) recorded, "
    r"(?P<missed>\d+) missed, (?P<unused>\d+) unused, (?P<planned>\d+) faults planned, "
    r"(?P<delivered>\d+) faults delivered$", re.MULTILINE)


def summary_of(errors):
    """The counts by name of the one summary in `errors`."""
    found = list(_COUNTS.finditer(errors))
    assert len(found) == 1, f"{len(found)} summaries in: {errors}"
    return {name: int(count) for name, count in found[0].groupdict().items()}
