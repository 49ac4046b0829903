"""What a planner may have meant who wrote a coordinate system in words: 火星坐标, WGS84, 4490."""

import re

from scenarios.spelling import folded

_WORDS = (
    ("GCJ-02", r"gcj[\W_]*0?2?|.*(火星|高德|腾讯|amap|mars).*"),
    ("BD-09", r"bd[\W_]*0?9(ll|mc)?|.*(百度|baidu).*"),
    ("EPSG:4326", r"wgs[\W_]*(19)?84.*|.*gps.*"),
    ("CGCS2000", r"cgcs[\W_]*2000|(国家|大地|中国)?2000(国家)?(大地)?(坐标系?)?"),
)
_NUMBER = re.compile(r"(?:epsg|srid)?\W{0,3}([0-9]{4,6})")


def meant_crs(written: str, *, layer: bool) -> str:
    """The declaration that was most likely meant, or an empty text.

    layer: of a layer or of positions; the working CRS of a study is a code and nothing else.
    """
    text = folded(written)
    number = _NUMBER.fullmatch(text)
    if number is not None and number[1] != "2000":
        return f"EPSG:{number[1]}"
    if not layer:
        return ""
    return next((name for name, pattern in _WORDS if re.fullmatch(pattern, text)), "")
