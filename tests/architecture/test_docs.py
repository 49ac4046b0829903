"""Documents: every link leads somewhere, every page is reached, every record has its four parts."""

import re
from pathlib import Path, PurePosixPath

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PARTS = ("## Context", "## Choice", "## Cost", "## What would change our mind")


def links(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Page and target of every relative link, both as paths from the root."""
    pages = {name: text for name, text in texts.items() if name.endswith(".md")}
    targets = [(name, target) for name, text in pages.items() for target in LINK.findall(text) if "://" not in target]
    return [(name, resolve(PurePosixPath(name).parent, target)) for name, target in targets]


def resolve(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(target).parts):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_every_relative_link_leads_to_a_file(repository: Path, tracked_texts: dict[str, str]) -> None:
    broken = [f"{page}: {target}" for page, target in links(tracked_texts) if not (repository / target).exists()]
    assert not broken, "\n".join(broken)


def test_every_page_of_the_documentation_is_linked(tracked_texts: dict[str, str]) -> None:
    reached = {target for _, target in links(tracked_texts)}
    pages = {name for name in tracked_texts if name.startswith("docs/") and name.endswith(".md")}
    lost = sorted(pages - reached)
    assert not lost, "\n".join(lost)


def test_every_decision_record_says_context_choice_cost_and_what_would_change_it(tracked_texts: dict[str, str]) -> None:
    records = {name: text for name, text in tracked_texts.items() if re.match(r"docs/decisions/\d{4}-.*\.md$", name)}
    assert len(records) >= 5
    assert [name for name, text in records.items() if any(f"\n{part}\n" not in text for part in PARTS)] == []
