"""What a wrong command line is told: typer's complaint, said in the language in force.

typer composes its complaints in English; they are recognised by their wording (tests/cli/test_wrong_use.py calls every
one of them) and said anew. A complaint that is not recognised is shown as it came.
"""

import re
from collections.abc import Sequence
from typing import Any

from schoolplan.cli_texts import say

_COMPLAINTS = {
    "wrong.missing": r"Missing (?:argument|option) '(?P<name>[^']+)'\.(?: .*)?",
    "wrong.no_option_near": r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)",
    "wrong.no_option": r"No such option: (?P<name>\S+)",
    "wrong.no_command": r"No such command '(?P<name>[^']*)'\..*",
    "wrong.too_many": r"Got unexpected extra argument(?:s|\(s\))? \((?P<name>.*)\)",
    "wrong.no_value": r"Option '(?P<name>[^']+)' requires an argument\.",
    "wrong.takes_none": r"Option '(?P<name>[^']+)' does not take a value\.",
    "wrong.value": r"Invalid value for '?(?P<name>[^':]+)'?: (?P<reason>.*)",
}
_REASONS = {
    "wrong.not_there": r"(?:file|path|dir|directory) '(?P<name>.*)' does not exist\.",
    "wrong.is_folder": r"(?:file|path) '(?P<name>.*)' is a directory\.",
    "wrong.is_file": r"(?:dir|directory) '(?P<name>.*)' is a file\.",
    "wrong.unreadable": r"\w+ '(?P<name>.*)' is not readable\.",
    "wrong.whole": r"Input should be a valid integer.*",
    "wrong.number": r"Input should be a valid number.*",
    "wrong.at_most": r"Input should be less than or equal to (?P<bound>.*)",
    "wrong.at_least": r"Input should be greater than or equal to (?P<bound>.*)",
    "wrong.choice": r"(?:Value error, )?'(?P<name>.*)' is not one of (?P<known>.*?)\.?",
}


def language_asked(words: Sequence[str]) -> str | None:
    """The language that the words of a command line ask for, None if they do not; the line itself may be wrong."""
    for at, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--lang":
            value = value or (words[at + 1] if at + 1 < len(words) else "")
            return value if value in {"zh", "en"} else None
    return None


def lines(wrong: Any, lang: str) -> list[str]:
    """Usage, where help is, and the complaint. wrong: a usage error of typer, with its context where it has one."""
    context = wrong.ctx
    head = []
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        head = [
            say("wrong.usage", lang, usage=usage),
            say("wrong.help", lang, command=f"{context.command_path} {context.help_option_names[0]}"),
            "",
        ]
    commands = "、" if lang == "zh" else ", "
    known = commands.join(getattr(getattr(context, "command", None), "commands", {}))
    return [*head, say("wrong.error", lang, told=told(wrong.format_message(), lang, known))]


def told(message: str, lang: str, commands: str = "") -> str:
    """A complaint of typer in a language. commands: those that there are, if the line ended before one."""
    for key, pattern in _COMPLAINTS.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            parts = found.groupdict()
            if "reason" in parts:
                parts["reason"] = _reason(parts["reason"], lang)
            key = "wrong.option_before_command" if commands and key == "wrong.no_option" else key
            return say(key, lang, **parts, commands=commands)
    return message


def _reason(reason: str, lang: str) -> str:
    for key, pattern in _REASONS.items():
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return say(key, lang, **found.groupdict())
    return reason
