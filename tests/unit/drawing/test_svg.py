"""Put values under the pointer into SVG, and keep odd names as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from support import factories
from support.drawn import data

from concbench.drawing.files import save
from concbench.drawing.svg import SVG, inlined, texts, with_texts
from figures import headline

ODD = 'mäßig <script>alert(1)</script> & "quoted" $x^2$'


def test_marks_show_their_values_under_the_pointer_and_odd_names_stay_text(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [4.0, 4.5, 5.0], "threading": [2.0] * 3})
    odd = ODD
    for table in (shown.runs, shown.summary, shown.comparisons):
        table["contender"] = table["contender"].astype("string").str.replace("threading", odd, regex=False)
    contenders = {name.replace("threading", odd): one for name, one in shown.experiment.contenders.items()}
    shown = replace(shown, experiment=replace(shown.experiment, contenders=contenders))
    path = tmp_path / "made.svg"
    save(headline.draw(shown), path)
    root = ElementTree.parse(path).getroot()
    said = [title.text or "" for title in root.iter(f"{{{SVG}}}title")]
    assert said[0] == f"cpu: shortest time: {odd}, 2.24× as fast as sync (inconclusive)"
    assert "sync, block 2: 4.5 s" in said
    assert f"{odd}, 2 workers: median 2 s, 2.24 times as fast as sync (75 % CI 2 to 2.5; inconclusive)" in said
    assert not list(root.iter(f"{{{SVG}}}script"))
    assert "<script>alert(1)" in "".join("".join(text.itertext()) for text in root.iter(f"{{{SVG}}}text"))
    assert not list(root.iter(f"{{{SVG}}}a"))


def test_control_characters_do_not_break_a_figure() -> None:
    drawn = f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink"><a xlink:href="tip:one"/>\x1b[1m</svg>'
    written = with_texts(drawn, "title\x00", "a \x07 bell \ud800")
    assert texts(inlined(written, "one")) == ("title\ufffd", "a \ufffd bell \ufffd")
