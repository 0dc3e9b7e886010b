"""Write the report of whole, partial and failed campaigns into one file."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from support import factories
from support.own_work import own_config, steady
from support.report_of import TIMES, Words, drawn, messy, page, said
from support.shown_numbers import Known, lines_of, numbers, speedups, unknown

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign_reader import campaign_of
from concbench.report.advice import facts_of
from concbench.report.page import as_inline, html, page_of, with_code

ODD = 'mäßig <script>alert(1)</script> & "quoted"'


def test_the_report_begins_with_the_answer(tmp_path: Path, figures: Path) -> None:
    _, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    _, _, answer = said(words).rpartition("Answer ")
    fact = "cpu threading: 2× as fast as sync, with 2 workers (94 % CI 1.9 to 2.1). Fastest of 2 contenders."
    assert answer.startswith(f"{fact} Before you quote a figure 1 warning Every run counts.")
    assert "10 of 10 runs count, in 5 blocks" in said(words)
    assert said(words).startswith("synthetic: cpu: threading: 2× ")


def test_the_answer_begins_with_the_recommendation_and_its_program(tmp_path: Path, figures: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 2.0, "threads/4": 1.0, "threads/8": 1.1, "processes": 3.0}
    campaign = campaign_of(own_config())
    data = factories.synthetic(tmp_path, campaign, {name: steady(median) for name, median in medians.items()})
    text = html(page_of(data, drawn(figures), tmp_path / "environment.json", facts_of(campaign)))
    _, _, answer = said(Words(text)).rpartition("Answer ")
    assert answer.startswith("Recommendation for my work Use 4 threads: 4 times as fast as a plain loop at 100 items")
    (program,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", text, re.DOTALL)
    assert unescape(program).splitlines()[-1] == "    results = list(pool.map(squares.do, items))"
    compile(unescape(program), "program", "exec")


def test_every_configuration_is_in_the_table_with_numbers_to_sort_by(tmp_path: Path, figures: Path) -> None:
    text, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert "2 [2, 2.1]" in said(words)
    assert ' class="number" data-order="4.0">4 <small class="interval">[4, 4.2]</small></td>' in text


def test_figures_are_in_the_page_with_descriptions_and_unique_names(tmp_path: Path, figures: Path) -> None:
    text, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert len(words.elements["svg"]) == 3
    assert all(svg["role"] == "img" and svg["aria-labelledby"] for svg in words.elements["svg"])
    names = re.findall(r'\sid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert all(f'id="{name}"' in text for name in re.findall(r'(?:xlink:href="|url\()#([^")]+)', text))


def test_the_page_asks_for_no_other_file_but_what_it_links_to(tmp_path: Path, figures: Path) -> None:
    text, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert all(
        (one.get("src") or "data:").startswith("data:") for tag in ("script", "img") for one in words.elements.get(tag, [])
    )
    assert [one["href"] for one in words.elements["link"]] == ["data:,"]
    assert "@import" not in text
    addresses = [one["href"] or "" for one in words.elements["a"]]
    assert {"runs.csv", "summary.csv", "comparisons.csv", "probes.csv", "items.csv", "warnings.csv"} <= set(addresses)
    assert not [address for address in addresses if ":" in address]
    assert len(text) < 5_000_000


def test_a_campaign_of_which_nothing_counts_says_so_and_why(tmp_path: Path, figures: Path) -> None:
    _, words = page(tmp_path, figures, factories.campaign(2), {"sync": ["failed"] * 2, "threading": ["timeout"] * 2})
    assert "No run of this campaign counts" in said(words)
    assert "cpu: no run of threading counts (timeout), so no figure shows it." in said(words)
    assert said(words).count("it is failed") == 2
    assert "Environment Unknown: nothing has been measured here." in said(words)


def test_a_campaign_cut_short_says_how_much_is_missing(tmp_path: Path, figures: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.0, "missing"], "threading": [2.0, "missing", "missing"]}
    _, words = page(tmp_path, figures, factories.campaign(3), times)
    assert "3 of 6 runs have not been measured yet" in said(words)


def test_a_campaign_about_claims_leads_with_them_and_folds_its_experiments(tmp_path: Path, figures: Path) -> None:
    rows = [
        factories.claim("1", "reproduced", article=2.0, measured=2.0, low=1.9, high=2.1),
        factories.claim("2", "inconclusive"),
    ]
    text, words = page(tmp_path, figures, factories.campaign(5), TIMES, rows)
    _, _, answer = said(words).rpartition("Answer ")
    assert answer.startswith(
        "2 claims in 2 parts: 1 reproduced, 0 contradicted, 1 inconclusive. 1 ✓ reproduced 1 0 ✗ contradicted"
    )
    assert "1 ✓ reproduced claim 1 measured here 2 [1.9, 2.1] in the article 2 Reason so it is" in answer
    assert answer.index("Claims ") < answer.index("Experiments ") < answer.index("cpu Fastest: threading")
    assert '<details class="fold experiment" id="experiment-cpu">' in text


def test_a_campaign_without_claims_has_no_experiment_folded(tmp_path: Path, figures: Path) -> None:
    text, _ = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert '<section class="experiment" id="experiment-cpu"' in text


def test_no_figure_is_in_the_page_twice(tmp_path: Path, figures: Path) -> None:
    text, _ = page(tmp_path, figures, factories.campaign(5), TIMES, [factories.claim("1", "reproduced")])
    names = re.findall(r'<figure class="chart" id="([^"]+)"', text)
    assert sorted(names) == ["drift", "headline-cpu", "timing-cpu"]


def test_without_claims_there_is_no_part_for_them(tmp_path: Path, figures: Path) -> None:
    text, _ = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert "the-claims" not in text
    assert "claims.csv" not in text


def test_one_block_has_no_verdicts_and_says_what_they_take(tmp_path: Path, figures: Path) -> None:
    _, words = page(tmp_path, figures, factories.campaign(1), {"sync": [4.0], "threading": [2.0]})
    assert "2 of 2 runs count, in 1 block." in said(words)
    assert "Nothing is decided yet: 1 block has runs that count, and a verdict takes 5." in said(words)


def test_one_contender_is_compared_with_nothing(tmp_path: Path, figures: Path) -> None:
    alone = factories.campaign(5, contenders={"sync": {"model": "sync"}})
    text, words = page(tmp_path, figures, alone, {"sync": TIMES["sync"]})
    assert "cpu: sync is the only contender, so there is nothing to compare it with." in said(words)
    assert "cpu sync 4 s. No other contender has runs that count." in said(words)
    assert 'class="bars"' not in text


def test_an_empty_campaign_says_that_nothing_is_measured(tmp_path: Path, figures: Path) -> None:
    _, words = page(tmp_path, figures, factories.campaign(2), {"sync": ["missing"] * 2, "threading": ["missing"] * 2})
    assert "Nothing has been measured yet. Run the campaign's command." in said(words)
    assert "cpu No answer yet No run counts." in said(words)


@pytest.mark.parametrize("with_claims", [True, False])
def test_every_number_of_a_report_is_in_the_tables(tmp_path: Path, with_claims: bool) -> None:
    data = messy(tmp_path)
    if not with_claims:
        data = CampaignData(data.campaign, {name: table for name, table in data.tables.items() if name != "claims"})
    lines = lines_of(html(page_of(data, [], tmp_path / "environment.json", {})), "method", "files")
    known = Known.of(data)
    assert len(list(numbers(lines, known))) > 60
    assert unknown(lines, known) == []
    wrong = "threading: 2.7183 times as fast, by 61.7 %"
    assert unknown([wrong], known) == [("2.7183", wrong), ("61.7", wrong)]


def test_one_speed_up_is_shown_everywhere_and_best_of_n_beside_it(tmp_path: Path) -> None:
    data = messy(tmp_path)
    summary, comparisons = (data.tables[name].set_index("configuration") for name in ("summary", "comparisons"))
    rows = comparisons[comparisons["contender"] != "sync"]
    medians = summary["median_s"].max() / summary.loc[rows.index, "median_s"]
    ways = [{f"{value:.3g}" for value in values} for values in (rows["speedup"], rows["best_of_n_speedup"], medians)]
    assert not ways[0] & ways[1] and not ways[0] & ways[2]  # so that a wrong one would show
    only = CampaignData(data.campaign, {name: table for name, table in data.tables.items() if name != "claims"})
    text = html(page_of(only, [], tmp_path / "environment.json", {}))
    limits = {f"{value:.3g}" for value in rows["speedup_limit"].dropna()}
    assert {one for one in speedups(lines_of(text, "method", "files")) if one not in limits} <= ways[0] | {"1"}
    cells = re.findall(r'data-column="([^"]*)" class="number[^"]*" data-order="([^"]*)"', text)
    assert [float(value) for head, value in cells if head.startswith("speed-up over sync")] == list(comparisons["speedup"])
    by_best = [float(value) for head, value in cells if unescape(head) == "speed-up by best of 3, the article's way"]
    assert by_best == list(comparisons["best_of_n_speedup"])


def test_odd_names_are_text(tmp_path: Path, figures: Path) -> None:
    claim = factories.claim("1", "inconclusive")
    claim.statement = claim.reason = ODD
    campaign = factories.campaign(2)
    data = factories.synthetic(tmp_path, campaign, {"sync": [4.0, "failed"], "threading": [2.0, 2.1]}, [claim])
    runs = data.tables["runs"]
    runs["reason"] = runs["reason"].where(runs["reason"].isna(), ODD)
    text = html(page_of(data, drawn(figures), tmp_path / "environment.json", {}))
    assert said(Words(text)).count(ODD) >= 3
    assert text.count('title="mäßig &lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quoted&#34;"') == 1
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_policy_allows_the_pages_own_scripts_alone(tmp_path: Path, figures: Path) -> None:
    text, _ = page(tmp_path, figures, factories.campaign(2), {"sync": [4.0] * 2, "threading": [2.0] * 2})
    policy = unescape(re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)[0])
    scripts = re.findall(r'^<script type="module">(.*?)</script>$', text, re.DOTALL | re.MULTILINE)
    hashes = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts}
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert len(hashes) == text.count("</script") == 3
    assert set(directives["script-src"].split()) == hashes
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"


@pytest.mark.parametrize("script", ["a = '</script><!-- <script>'", "a = `\r\n\r`"])
def test_a_script_in_the_page_ends_where_it_should(script: str) -> None:
    inline = as_inline(script)
    assert not re.search(r"</script|<!--|\r", inline)


def test_the_environment_has_a_row_for_each_invocation(tmp_path: Path, figures: Path) -> None:
    invocation = {
        "invocation": "2026-01-02T03:04:05Z", "machine": "box", "cpu_model": "A CPU", "cpus": 2, "memory_bytes": 2**33,
        "kernel": "6.1", "governor": None, "load": 0.1, "open_files_limit": 1024, "git_revision": "abc",
        "interpreters": {"default": {"implementation": "CPython", "version": "3.11.2", "packages": {}}, "other": None},
    }  # fmt: skip
    (tmp_path / "environment.json").write_text(json.dumps({"invocations": [invocation]}), encoding="utf-8")
    _, words = page(tmp_path, figures, factories.campaign(2), {"sync": [4.0] * 2, "threading": [2.0] * 2})
    assert "A CPU, 2 CPUs, 8 GiB 6.1 unknown default: CPython 3.11.2; other: not installed abc" in said(words)


def test_commands_between_backticks_are_code_and_all_else_is_escaped() -> None:
    assert with_code("Run `a & b`, <i>") == "Run <code>a &amp; b</code>, &lt;i&gt;"
