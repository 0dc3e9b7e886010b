"""Write the article's tables with our figures beside its own."""

from __future__ import annotations

from pathlib import Path

from support import factories
from support.factories import tables
from support.one_row import TIMES
from support.report_of import messy
from support.shown_numbers import Known, numbers, unknown

from concbench.report.article import page


def test_the_page_sets_the_articles_figures_beside_ours(tmp_path: Path) -> None:
    campaign = factories.campaign(article_s={"sync": 7.83, "threading": 10.41})
    text = page(campaign, *tables(tmp_path, campaign, TIMES))
    line = next(line for line in text.splitlines() if line.startswith("| threading"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["threading", "2", "10.41", "2.00", "2.00", "3.33", "0.752", "2.17", "1.57 [0.5, 3] (75%)", "3 of 3"]
    assert "## Notes" not in text
    assert text.startswith("# Campaign synthetic: the article's figures beside ours")


def test_a_campaign_without_the_articles_figures_does_not_speak_of_it(tmp_path: Path) -> None:
    campaign = factories.campaign()
    assert "article" not in page(campaign, *tables(tmp_path, campaign, TIMES))


def test_the_page_has_the_node_effect_beside_the_times_of_several_nodes(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert "one node" not in page(campaign, runs, summary, comparisons)
    assert "one node ÷ another" in page(campaign, runs, summary.assign(node_effect=1.25), comparisons)


def test_the_page_lists_what_was_not_counted_and_why(tmp_path: Path) -> None:
    campaign = factories.campaign()
    text = page(campaign, *tables(tmp_path, campaign, {"sync": [4.0, "failed", 5.0], "threading": ["missing"] * 3}))
    assert "- Does not count (failed): [cpu: sync, block 2](logs/runs/cpu-sync-w1-n4-default/" in text
    assert "block-2.log). it is failed" in text
    assert text.count("Does not count") == 4


def test_the_page_names_real_addresses(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert "**Real addresses**" not in page(campaign, runs, summary, comparisons)
    runs["server_controlled"] = False
    assert "**Real addresses**" in page(campaign, runs, summary, comparisons)


def test_every_number_of_the_page_is_in_the_tables(tmp_path: Path) -> None:
    data = messy(tmp_path)
    lines = page(data.campaign, *(data.tables[name] for name in ("runs", "summary", "comparisons"))).splitlines()
    known = Known.of(data)
    assert len(list(numbers(lines, known))) > 25
    assert unknown(lines, known) == []
