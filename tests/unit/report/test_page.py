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
from support.report_of import TIMES, Words, drawn, page, said

from concbench.campaign.campaign_reader import campaign_of
from concbench.report.advice import facts_of
from concbench.report.page import as_inline, html, page_of, with_code

ODD = 'mäßig <script>alert(1)</script> & "quoted"'


def test_the_report_begins_with_the_answer(tmp_path: Path, figures: Path) -> None:
    _, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    answer = said(words).partition("Answer ")[2]
    assert "cpu. Fastest: threading with 2 workers, " in answer[:250]
    assert "10 of 10 runs count, in 5 blocks" in said(words)


def test_the_answer_begins_with_the_recommendation_and_its_program(tmp_path: Path, figures: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 2.0, "threads/4": 1.0, "threads/8": 1.1, "processes": 3.0}
    campaign = campaign_of(own_config())
    data = factories.synthetic(tmp_path, campaign, {name: steady(median) for name, median in medians.items()})
    text = html(page_of(data, drawn(figures), tmp_path / "environment.json", facts_of(campaign)))
    answer = said(Words(text)).partition("Answer ")[2]
    assert answer.partition("Answer ")[2].startswith(
        "Recommendation for my work Use 4 threads: 4 times as fast as a plain loop at 100 items"
    )
    (program,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", text, re.DOTALL)
    assert unescape(program).splitlines()[-1] == "    results = list(pool.map(squares.do, items))"
    compile(unescape(program), "program", "exec")


def test_every_configuration_is_in_the_table_with_numbers_to_sort_by(tmp_path: Path, figures: Path) -> None:
    text, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert "2 [2, 2.1]" in said(words)
    assert ' class="number" data-order="4.0">4 [4, 4.2]</td>' in text


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


def test_claims_are_in_the_page_with_their_verdicts(tmp_path: Path, figures: Path) -> None:
    rows = [factories.claim("1", "reproduced", article=2.0, measured=2.0, low=1.9, high=2.1)]
    _, words = page(tmp_path, figures, factories.campaign(5), TIMES, rows)
    assert "1 claim in 1 part: 1 reproduced" in said(words)
    assert "claim 1 2 2 [1.9, 2.1] ✓ reproduced so it is" in said(words)


def test_without_claims_there_is_no_part_for_them(tmp_path: Path, figures: Path) -> None:
    text, _ = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert "the-claims" not in text
    assert "claims.csv" not in text


def test_odd_names_are_text(tmp_path: Path, figures: Path) -> None:
    claim = factories.claim("1", "inconclusive")
    claim.statement = claim.reason = ODD
    campaign = factories.campaign(2)
    data = factories.synthetic(tmp_path, campaign, {"sync": [4.0, "failed"], "threading": [2.0, 2.1]}, [claim])
    runs = data.tables["runs"]
    runs["reason"] = runs["reason"].where(runs["reason"].isna(), ODD)
    text = html(page_of(data, drawn(figures), tmp_path / "environment.json", {}))
    assert said(Words(text)).count(ODD) >= 3
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
