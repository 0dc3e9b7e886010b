"""The report in a real browser: it opens from disk, asks for nothing, fits, sorts, filters, and can be read by everybody."""

from __future__ import annotations

import json
import re
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from support import factories
from support.browser import needs_chromium
from support.once import made_once
from support.own_work import own_config, steady
from support.pipeline import Pipeline

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign_reader import campaign_of
from concbench.report.advice import facts_of
from concbench.report.charts import charts
from concbench.report.page import html, page_of

SCRIPTS = Path(__file__).parents[2] / "scripts"
LONG = "a_contender_with_as_long_a_name_as_it_go"  # 40 letters, the most that the config allows
WIDTHS = (360, 390, 768, 1280, 1920)

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a synthetic campaign with a sweep, claims, failures, and names that are long."""
    return made_once(tmp_path_factory, "report", make_report) / "report.html"


def make_report(folder: Path) -> None:
    contenders = {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2, 5, 160]},
        LONG: {"model": "asyncio", "workers": ["all"]},
    }
    config = factories.config(5, sizes=[160], contenders=contenders)
    times: factories.Times = {
        "sync": [4.0, 4.1, 4.2, 4.0, 4.1], "threading/2": [2.0] * 5, "threading/5": [1.0] * 5,
        "threading/160": [1.1, 1.2, 1.0, 1.1, 1.3], LONG: [3.0, 3.0, "failed", 3.1, 3.0],
    }  # fmt: skip
    verdicts = ("reproduced", "contradicted", "inconclusive")
    rows = [
        factories.claim(str(n), verdicts[n % 3], article=2.0, measured=float(n), low=n - 0.5, high=n + 1.0)
        for n in range(1, 30)
    ]
    data = factories.synthetic(folder, campaign_of(config), times, rows)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    figures = folder / "figures"
    figures.mkdir()
    for figure in ("headline", "timing", "closeup", "workers", "scaling", "resources", "drift", "claims"):
        one = [] if figure in ("drift", "claims") else ["--experiment", "cpu"]
        name = figures / (figure + "-cpu" * bool(one))
        run("draw_figures.py", figure, folder, *one, "--output", f"{name}.png", f"{name}.svg")
    drawn = [str(path) for path in sorted(figures.iterdir())]
    run("write_report.py", "", folder, "--figures", *drawn, "--output", str(folder / "report.html"))
    assert len(data.tables["claims"]) == 29


@pytest.fixture(scope="module")
def plain(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a campaign like the article's: two experiments, no claims, the figures of the other report."""
    return made_once(tmp_path_factory, "plain", lambda folder: make_plain(folder, report.parent / "figures")) / "report.html"


def make_plain(folder: Path, figures: Path) -> None:
    config = factories.config(5, article_s={"sync": 14.29, "threading": 3.72}, control="threading")
    config["experiments"]["io"] = config["experiments"]["cpu"]
    times: factories.Times = {"sync": [4.0, 4.1, 4.2, 4.0, 4.1], "threading": [2.0] * 5, "control": [2.0] * 5}
    data = factories.synthetic(folder, campaign_of(config), times)
    (folder / "figures").mkdir()
    for figure in ("headline-cpu", "timing-cpu", "closeup-cpu", "resources-cpu", "drift"):
        for copy in (figure, figure.replace("cpu", "io")):
            for ending in ("png", "svg"):
                shutil.copy(figures / f"{figure}.{ending}", folder / "figures" / f"{copy}.{ending}")
    write(data, folder)


def write(data: CampaignData, folder: Path) -> Path:
    """Write the report of a campaign, with the figures that the folder has."""
    path = folder / "report.html"
    drawn = charts(sorted((folder / "figures").glob("*.svg")), path)
    path.write_text(html(page_of(data, drawn, folder / "environment.json", facts_of(data.campaign))), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def advice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that begins with a recommendation."""
    return made_once(tmp_path_factory, "advice", make_advice) / "report.html"


def make_advice(folder: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 2.0, "threads/4": 1.0, "threads/8": 1.1, "processes": 3.0}
    campaign = campaign_of(own_config())
    data = factories.synthetic(folder, campaign, {name: steady(median) for name, median in medians.items()})
    write(data, folder)


def run(script: str, figure: str, folder: Path, *arguments: str) -> None:
    """Run a step by hand, as a user would."""
    tables = [str(path) for path in folder.glob("*.csv")]
    command = [str(SCRIPTS / script), *([figure] if figure else [])]
    done = Pipeline(folder).python(*command, "--config", str(folder / "config.json"), "--tables", *tables, *arguments)
    assert done.returncode == 0, done.stderr


def opened(browser: Browser, report: Path, width: int = 1280, at: str = "", **options: object) -> Page:
    """Open a report; ``at`` is a place in it, such as ``#warnings``."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
    page.goto(report.as_uri() + at)
    return page


def unfold(page: Page) -> None:
    """Open all that is folded, as a reader may, and wait until its tables are set up."""
    page.evaluate(
        """() => { document.querySelectorAll("main details").forEach((fold) => { fold.open = true; });
          return new Promise((resolve) => setTimeout(resolve, 100)); }"""
    )


def test_the_report_opens_without_a_request_or_an_error(browser: Browser, report: Path) -> None:
    requests, errors = [], []
    page = browser.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(report.as_uri())
    page.wait_for_selector(".dt-container")
    assert [url for url in requests if not url.startswith("data:")] == [report.as_uri()]
    assert errors == []
    page.close()


def test_no_other_script_runs_and_nothing_is_fetched(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        refused = page.evaluate(
            """async (outside) => {
              const refused = [];
              document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
              const added = document.createElement("div");
              document.body.append(added);
              added.innerHTML = `<img src="data:," onerror="window.ran = 1"><img src="${outside}">
                <form action="http://127.0.0.1:9/"><button>send</button></form>`;
              for (const given of [{textContent: "window.ran = 2"}, {src: "data:text/javascript,window.ran=3"}]) {
                added.append(Object.assign(document.createElement("script"), given));
              }
              await fetch(outside).catch(() => null);
              added.querySelector("button").click();
              for (let turn = 0; refused.length < 6 && turn < 100; turn++) {
                await new Promise((resolve) => setTimeout(resolve, 50));
              }
              return [window.ran ?? 0, ...new Set(refused)];
            }""",
            outside,
        )
        assert refused[0] == 0
        assert set(refused[1:]) == {"connect-src", "form-action", "img-src", "script-src-attr", "script-src-elem"}
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has connected
            listener.accept()
    page.close()


@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_or_overlaps(browser: Browser, report: Path, width: int, folded: bool) -> None:
    page = opened(browser, report, width)
    if not folded:
        unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overlapping = page.evaluate(
        """() => {
          const parts = [...document.querySelectorAll("main h2, main h3, main p, main li, figure, main .dt-container")];
          const shown = parts.filter((part) => !part.closest(".hidden") && !part.parentElement.closest("details:not([open])"));
          const boxes = shown.map((part) => [part, part.getBoundingClientRect()]).filter(([, box]) => box.height);
          const inside = ([one], [other]) => one.contains(other) || other.contains(one);
          const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
          return boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) => !inside(one, other) && meet(one[1], other[1]))
            .map((other) => [one[0].outerHTML.slice(0, 80), other[0].outerHTML.slice(0, 80)]));
        }"""
    )
    assert overlapping == []
    wide = page.evaluate(
        """() => [...document.querySelectorAll("main *:not(svg *)")].filter((part) => !part.closest(".scroll")
          && part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_part_scrolls_sideways(browser: Browser, report: Path, width: int) -> None:
    page = opened(browser, report, width)
    unfold(page)
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main *:not(svg *)")].filter((part) => part.scrollWidth > part.clientWidth + 1
          && part.clientWidth > 1 && getComputedStyle(part).overflowX !== "visible")
          .map((part) => part.outerHTML.slice(0, 80))"""
    )
    assert cut == []
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_recommended_program_fits_and_is_copied_whole(browser: Browser, advice: Path, width: int) -> None:
    page = opened(browser, advice, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".advice pre").click()
    copied = page.evaluate("getSelection().toString()")
    compile(copied, "program", "exec")
    assert serious(page) == []
    assert copied.splitlines()[-1] == "    results = list(pool.map(squares.do, items))"
    page.close()


def test_a_table_wider_than_the_page_becomes_cards_that_can_be_sorted(browser: Browser, report: Path) -> None:
    page = opened(browser, report, 390, "#experiment-cpu")
    cards = page.locator("#experiment-cpu .scroll:has(table)").first
    expect(cards).to_have_class(re.compile(r"\bcards\b"))
    name = cards.locator("tbody td").first.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert name == '"contender"'
    heading = cards.locator("thead th:has-text('median (s)')")
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    ascending = [float(text.split()[0]) for text in column(page, "#experiment-cpu", 4)]
    assert ascending == sorted(ascending)
    warnings = page.locator("#warnings .scroll").first
    expect(warnings).to_have_class(re.compile(r"\bcards\b"))
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(warnings).to_have_class(re.compile("^scroll *$"))
    page.close()


def column(page: Page, table: str, number: int) -> list[str]:
    return [text.strip() for text in page.locator(f"{table} tbody tr td:nth-child({number})").all_inner_texts()]


def test_numbers_sort_as_numbers_by_pointer_and_by_keyboard(browser: Browser, report: Path) -> None:
    page = opened(browser, report, at="#experiment-cpu")
    heading = page.locator("#experiment-cpu thead th:has-text('median (s)')")
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    ascending = [float(text.split()[0]) for text in column(page, "#experiment-cpu", 4)]
    assert ascending == sorted(ascending)
    heading.locator("[role=button]").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    descending = [float(text.split()[0]) for text in column(page, "#experiment-cpu", 4)]
    assert descending == sorted(descending, reverse=True)
    page.close()


def test_narrow_tables_leave_out_columns_until_asked(browser: Browser, report: Path) -> None:
    page = opened(browser, report, 390, "#experiment-cpu")
    cell = page.locator("#experiment-cpu td[data-column='best of 2 (s)']").first
    expect(cell).to_be_hidden()
    page.locator("#experiment-cpu").get_by_role("button", name="All columns").first.click()
    expect(cell).to_be_visible()
    page.get_by_role("button", name="Fewer columns").click()
    expect(cell).to_be_hidden()
    page.close()


def test_the_filter_leaves_the_rows_that_have_its_words(browser: Browser, report: Path) -> None:
    page = opened(browser, report, at="#experiment-cpu")
    assert len(column(page, "#experiment-cpu", 1)) == 5
    page.locator("#experiment-cpu input[type=search]").first.fill("threading")
    expect(page.locator("#experiment-cpu tbody tr")).to_have_count(3)
    page.close()


def test_claims_are_filtered_by_words_and_by_verdict(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    claims = page.locator("#the-claims .claim")
    expect(claims.filter(visible=True)).to_have_count(29)
    page.locator("#the-claims select").select_option("contradicted")
    expect(claims.filter(visible=True)).to_have_count(10)
    page.locator("#the-claims input[type=search]").fill("claim 28")
    expect(claims.filter(visible=True)).to_have_count(1)
    assert page.locator("#the-claims output").inner_text() == "1 of 29"
    page.close()


@pytest.mark.parametrize(
    ("place", "fold"), [("claim-28", "#claim-28 details"), ("workers-cpu", "#experiment-cpu"), ("drift", "#noise")]
)
def test_a_link_unfolds_what_it_leads_to(browser: Browser, report: Path, place: str, fold: str) -> None:
    page = opened(browser, report, at=f"#{place}")
    expect(page.locator(fold)).to_have_attribute("open", "")
    expect(page.locator(f"#{place}")).to_be_in_viewport()
    page.close()


def test_a_link_to_a_claim_that_the_filter_hides_shows_it(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    page.locator("#the-claims input[type=search]").fill("no claim has these words")
    expect(page.locator("#claim-5")).to_be_hidden()
    page.locator("#answer a[href='#claim-5']").click()
    expect(page.locator("#claim-5")).to_be_in_viewport()
    page.close()


def test_a_link_that_leads_nowhere_does_no_harm(browser: Browser, report: Path) -> None:
    errors: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(report.as_uri() + "#%E0%A4%A")
    page.wait_for_selector(".dt-container")
    assert errors == []
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_contents_stay_in_sight_and_mark_where_one_is(browser: Browser, plain: Path, width: int) -> None:
    page = opened(browser, plain, width)
    current = page.locator("nav a[aria-current]")
    assert current.evaluate("(link) => link.hash") == "#answer"
    page.locator("#experiment-io").scroll_into_view_if_needed()
    page.evaluate("location.hash = '#experiment-io'")
    expect(current).to_have_attribute("href", "#experiment-io")
    expect(page.locator("nav summary" if width < 1000 else "nav a[aria-current]")).to_be_in_viewport()
    page.close()


def test_a_table_is_copied_as_markdown(browser: Browser, plain: Path) -> None:
    page = opened(browser, plain)
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.locator("#experiment-cpu button.copy").first.click()
    expect(page.locator("#experiment-cpu button.copy").first).to_have_text("Copied")
    head, rule, *rows = page.evaluate("window.copied").splitlines()
    assert head.startswith(
        "| contender | workers | runs | median (s) [94 % CI] | lower bound (s) | speed-up over sync [94 % CI] |"
    )
    assert rule.startswith("| :-- | --: | --: | --: | --: | --: | :-- |")
    cells = [cell.strip() for cell in rows[1].strip("|").split("|")]
    assert cells[:4] + cells[5:7] == ["threading", "2", "5 of 5", "2", "2.05 [2, 2.1]", "faster"]
    assert len(rows) == 2
    page.close()


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (1280, 2), (1920, 3)])
def test_figures_stand_in_as_many_columns_as_the_page_has_room_for(
    browser: Browser, plain: Path, width: int, columns: int
) -> None:
    page = opened(browser, plain, width)
    places = page.evaluate(
        """() => [...document.querySelectorAll("#experiment-cpu > .columns > *")].map((part) => part.getBoundingClientRect())
          .map((box) => [Math.round(box.left), box.right])"""
    )
    assert len({left for left, _ in places}) == columns
    assert max(right for _, right in places) > 0.9 * width
    page.close()


def test_a_campaign_like_the_articles_takes_four_pages_of_paper_or_fewer(browser: Browser, plain: Path) -> None:
    page = opened(browser, plain)
    pdf = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4
    page.close()


ODD = ("W" * 200, "\u202e\u05d0\u05d1\u05d2 </bdi><script>window.ran = 1</script>", "\"><img src=x onerror=window.ran=1>'")


@pytest.mark.parametrize("width", [360, 1280])
def test_odd_names_stay_in_their_places(browser: Browser, width: int, tmp_path: Path) -> None:
    campaign = campaign_of(factories.config(5))
    titled = [replace(campaign.experiments["cpu"], name=f"cpu_{n}", title=title) for n, title in enumerate(ODD)]
    campaign = replace(campaign, experiments={one.name: one for one in titled})
    claims = [factories.claim(str(n), "reproduced", article=2.0, measured=1.0, low=0.9, high=1.1) for n in range(1, 4)]
    for claim, text in zip(claims, ODD):
        claim.statement = claim.reason = text
    data = factories.synthetic(tmp_path, campaign, {"sync": [4.0] * 5, "threading": [2.0] * 5}, claims)
    for tables in (data.tables, {name: table for name, table in data.tables.items() if name != "claims"}):
        page = opened(browser, write(CampaignData(campaign, tables), tmp_path), width)
        unfold(page)
        assert page.evaluate("window.ran") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("main img, main script").count() == 0
        assert page.locator("main h2 bdi, main h3 bdi").count() >= 3
        page.close()


def test_configurations_of_the_main_charts_show_their_values_under_the_pointer(browser: Browser, report: Path) -> None:
    page = opened(browser, report, at="#experiment-cpu")
    page.locator("#headline-cpu .mark[data-tip*='times as fast']").first.hover()
    speedup = "4.1 times as fast as sync (94 % CI 4 to 4.2; faster)"
    assert page.locator(".tip").inner_text().startswith(f"threading, 5 workers: median 1 s, {speedup}")
    page.keyboard.press("Escape")
    assert page.locator(".tip").is_hidden()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_an_automated_check_of_accessibility_finds_nothing_serious(
    browser: Browser, report: Path, plain: Path, scheme: str, width: int
) -> None:
    for one in (report, plain):
        page = opened(browser, one, width, color_scheme=scheme)
        page.wait_for_selector(".dt-container")
        unfold(page)
        assert serious(page) == []
        page.close()


def serious(page: Page) -> list[object]:
    """Return what an automated check of accessibility calls serious, each with the first elements that it concerns."""
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]


def test_every_image_has_an_alternative_text(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    texts = page.evaluate(
        """() => [...document.querySelectorAll("img, svg[role=img]")].map((image) => image.alt
          ?? document.getElementById(image.getAttribute("aria-describedby")).textContent)"""
    )
    assert len(texts) == 7
    assert all(len(text) > 50 for text in texts)
    page.close()


def test_without_javascript_all_is_there_to_read(browser: Browser, report: Path) -> None:
    page = opened(browser, report, java_script_enabled=False)
    assert page.locator("#the-claims .claim").count() == 29
    assert page.locator("figure svg, figure img").count() == 7
    assert "29 claims in 29 parts" in page.locator("#answer").inner_text()
    assert "Shortest median of 3 contenders: threading" in page.locator("#experiment-cpu summary").first.inner_text()
    page.close()


def test_in_print_tables_are_whole_and_there_is_nothing_to_click(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".dt-search").first.is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    page.close()
