"""Put words into a figure's SVG: title, description, and the texts that its marks show under the pointer."""

from __future__ import annotations

import re
from xml.etree import ElementTree

TIP = "tip:"  # begins a mark's address that is a text to show under the pointer
SVG = "http://www.w3.org/2000/svg"
REFERENCE = re.compile(r"#([\w.-]+)")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HREF = "{http://www.w3.org/1999/xlink}href"


def with_texts(svg: str, title: str, description: str) -> str:
    """Add title and description; turn matplotlib's links to texts into marks with these texts."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(fit_for_xml(svg))
    for link in root.iter(f"{{{SVG}}}a"):
        address = link.attrib.pop(HREF, "")
        if address.startswith(TIP):
            link.tag = f"{{{SVG}}}g"
            link.attrib.pop("target", None)
            link.set("class", "mark")
            link.set("pointer-events", "all")  # also of a mark that nobody sees
            link.insert(0, named("title", address.removeprefix(TIP)))
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    root.set("role", "img")
    root.insert(0, named("desc", description))
    root.insert(0, named("title", " ".join(title.split())))
    return ElementTree.tostring(root, encoding="unicode")


def named(tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.Element(f"{{{SVG}}}{tag}")
    element.text = fit_for_xml(text)
    return element


def fit_for_xml(text: str) -> str:
    """Replace the characters that no XML file may contain, such as most control characters, by a mark."""
    return NOT_IN_XML.sub("\ufffd", text)


def texts(svg: str) -> tuple[str, str]:
    """Return the title and the description of a figure."""
    root = ElementTree.fromstring(svg)
    found = [root.findtext(f"{{{SVG}}}{tag}") or "" for tag in ("title", "desc")]
    return found[0], found[1]


def inlined(svg: str, name: str) -> str:
    """Prepare the figure for a page: flexible width, and ids that no other figure has."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)
    own = {element.get("id"): f"{name}-{element.get('id')}" for element in root.iter() if element.get("id")}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, own[value])
            elif "#" in value:
                element.set(key, REFERENCE.sub(lambda match: "#" + own.get(match[1], match[1]), value))
    for number, tag in enumerate(("title", "desc")):
        root[number].set("id", f"{name}-{tag}")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-desc")
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    return ElementTree.tostring(root, encoding="unicode")
