"""Office files are zips: the same content gives the same bytes, and a foreign one is looked at before it is read."""

import io
import zipfile
from collections.abc import Callable, Mapping

_DATE = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Parts as a zip with fixed dates and order; the content types come first, as Office writes them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # else Windows and Linux differ
            info.external_attr = 0
            content = parts[name]
            file.writestr(info, content.encode("utf-8") if isinstance(content, str) else content)
    return target.getvalue()


def rezipped(raw: bytes, edits: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """A zip with fixed dates and order. edits: what is made of a part, by its name."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return zipped({name: edits.get(name, _as_it_is)(file.read(name)) for name in file.namelist()})


def _as_it_is(content: bytes) -> bytes:
    return content
