"""A picture in the text of a Word document."""

from reports.document import Picture
from reports.docx_xml import NAMESPACES, element
from reports.png_size import png_size

_EMU_MM = 36000
"""English metric units in a millimetre."""


def drawing(picture: Picture, relation: str, number: int, room: tuple[float, float]) -> str:
    """An inline drawing with its text for those who cannot see it.

    relation: id of the relationship of the PNG; number: unique in the file; room: widest and tallest [mm].
    """
    across, down = png_size(picture.png)
    width = min(picture.width_mm, room[0], room[1] * across / down)
    size = {"cx": round(width * _EMU_MM), "cy": round(width * down / across * _EMU_MM)}
    said = {"id": number, "name": picture.key, "descr": picture.alt, "title": picture.title}
    shape = element(
        "pic:pic",
        element("pic:nvPicPr", element("pic:cNvPr", id=number, name=picture.key), element("pic:cNvPicPr")),
        element(
            "pic:blipFill",
            element("a:blip", **{"r:embed": relation}),
            element("a:stretch", element("a:fillRect")),
        ),
        element(
            "pic:spPr",
            element("a:xfrm", element("a:off", x=0, y=0), element("a:ext", **size)),
            element("a:prstGeom", element("a:avLst"), prst="rect"),
        ),
    )
    inline = element(
        "wp:inline",
        element("wp:extent", **size),
        element("wp:docPr", **said),
        element("wp:cNvGraphicFramePr", element("a:graphicFrameLocks", noChangeAspect=1)),
        element("a:graphic", element("a:graphicData", shape, uri=NAMESPACES["pic"])),
        distT=0,
        distB=0,
        distL=0,
        distR=0,
    )
    return element("drawing", inline)
