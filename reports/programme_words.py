"""Sentences of a programme that its page and its documents share."""

from reports.programme_view import ProgrammeView


def facts(view: ProgrammeView) -> str:
    """What was rolled up: level, members, years, draws."""
    words, card = view.labels, view.card
    return words(
        "programme.facts",
        level=view.level("whole"),
        done=len(view.done),
        all=len(card["members"]),
        member=view.level("member"),
        draws=words.integer(card["draws"]),
        first=words.school_year(card["years"][0]),
        last=words.school_year(card["years"][-1]),
    )


def marks(view: ProgrammeView) -> list[str]:
    """What must not be overlooked: missing members, synthetic data, no calibration."""
    words, card = view.labels, view.card
    found = []
    if card["missing"]:
        names = words("programme.and").join(view.name("members", name) for name in card["missing"])
        found.append(
            words(
                "programme.incomplete",
                names=names,
                number=len(card["missing"]),
                all=len(card["members"]),
                member=view.level("member"),
            )
        )
    return [*found, *view.setting.marks()]


def told(view: ProgrammeView) -> list[str]:
    """What the run of the programme had to tell."""
    return [str(one[view.labels.lang]["message"]) for one in view.card["told"]]


def assumptions(view: ProgrammeView) -> list[str]:
    """How it is added up, what is assumed in common, and where the programme's own values come from."""
    words, card = view.labels, view.card
    found = [words("programme.added")]
    if card["common_share"] is not None:
        found.append(words("programme.common", share=words.percent(card["common_share"])))
    if card["flows"]:
        found.append(words("programme.flows"))
    return [*found, *(f"{words.pick(one['item'])}: {words.pick(one['source'])}" for one in card["sources"])]
