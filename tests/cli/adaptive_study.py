"""The small study with plans whose triggers fire at once, never, and when births are seen."""

import shutil
from pathlib import Path

BASE = Path(__file__).parents[1] / "broken" / "_base"
ALWAYS = "{signal: births, above: 0}"
NEVER = "{signal: births, above: 100000}"
BIRTHS = "{signal: births, above: 70, from: 2025}"
"""There are more births in the future high than in the other one."""
PLANS = {"always": (ALWAYS, ALWAYS), "never": (NEVER, NEVER), "watch": (BIRTHS, None)}
"""Plan -> what its first and its second project wait for."""


def write_study(folder: Path, plans: tuple[str, ...] = ("always", "never", "watch")) -> Path:
    """Write the study with some of `PLANS` beside its own two; returns the scenario file."""
    shutil.copytree(BASE, folder)
    built = (folder / "plans" / "build.yaml").read_text(encoding="utf-8")
    for name in plans:
        text = built.replace("id: build\n", f"id: {name}\n", 1)
        for priority, when in zip((1, 2), PLANS[name], strict=True):
            line = f"    priority: {priority}\n"
            assert line in text
            text = text.replace(line, line if when is None else f"{line}    when: {when}\n", 1)
        (folder / "plans" / f"{name}.yaml").write_text(text, encoding="utf-8")
    file = folder / "approval.yaml"
    listed = "".join(f", plans/{name}.yaml" for name in plans)
    file.write_text(
        file.read_text(encoding="utf-8").replace("plans/build.yaml]", f"plans/build.yaml{listed}]"), encoding="utf-8"
    )
    return file
