"""The report in a real browser: it opens from disk, asks for nothing, fits, sorts, filters, and can be read by everybody."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from support import factories
from support.once import made_once
from support.own_work import own_config, steady
from support.pipeline import Pipeline

from concbench.campaign.campaign_reader import campaign_of
from concbench.report.advice import facts_of
from concbench.report.page import html, page_of

SCRIPTS = Path(__file__).parents[2] / "scripts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LONG = "a_contender_with_as_long_a_name_as_it_go"  # 40 letters, the most that the config allows
WIDTHS = (360, 390, 768, 1280, 1920)

if CHROMIUM is None and "CI" in os.environ:
    pytest.fail("there is no chromium, and in CI there must be: apt-get install chromium", pytrace=False)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: the report isn't tried in a browser")


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
def advice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that begins with a recommendation."""
    return made_once(tmp_path_factory, "advice", make_advice) / "report.html"


def make_advice(folder: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 2.0, "threads/4": 1.0, "threads/8": 1.1, "processes": 3.0}
    campaign = campaign_of(own_config())
    data = factories.synthetic(folder, campaign, {name: steady(median) for name, median in medians.items()})
    (folder / "report.html").write_text(html(page_of(data, [], folder / "environment.json", facts_of(campaign))))


def run(script: str, figure: str, folder: Path, *arguments: str) -> None:
    """Run a step by hand, as a user would."""
    tables = [str(path) for path in folder.glob("*.csv")]
    command = [str(SCRIPTS / script), *([figure] if figure else [])]
    done = Pipeline(folder).python(*command, "--config", str(folder / "config.json"), "--tables", *tables, *arguments)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, report: Path, width: int = 1280, **options: object) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
    page.goto(report.as_uri())
    return page


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


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_or_overlaps(browser: Browser, report: Path, width: int) -> None:
    page = opened(browser, report, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overlapping = page.evaluate(
        """() => {
          const parts = [...document.querySelectorAll("main h2, main h3, main p, main li, figure, main .dt-container")];
          const boxes = parts.filter((part) => part.checkVisibility()).map((part) => [part, part.getBoundingClientRect()]);
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
    page = opened(browser, report, 390)
    cards = page.locator("#experiment-cpu .scroll").first
    expect(cards).to_have_class("scroll cards")
    name = cards.locator("tbody td").first.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert name == '"contender"'
    heading = cards.locator("thead th:has-text('median (s)')")
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    ascending = [float(text.split()[0]) for text in column(page, "#experiment-cpu", 4)]
    assert ascending == sorted(ascending)
    warnings = page.locator("#warnings .scroll").first
    expect(warnings).to_have_class("scroll cards")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(warnings).to_have_class(re.compile("^scroll *$"))
    page.close()


def column(page: Page, table: str, number: int) -> list[str]:
    return [text.strip() for text in page.locator(f"{table} tbody tr td:nth-child({number})").all_inner_texts()]


def test_numbers_sort_as_numbers_by_pointer_and_by_keyboard(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
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


def test_the_filter_leaves_the_rows_that_have_its_words(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    assert len(column(page, "#the-claims", 1)) == 29
    page.locator("#the-claims input[type=search]").fill("contradicted")
    expect(page.locator("#the-claims tbody tr")).to_have_count(10)
    left = column(page, "#the-claims", 5)
    assert len(left) == 10
    assert all("contradicted" in text for text in left)
    page.close()


def test_configurations_of_the_main_charts_show_their_values_under_the_pointer(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    page.locator("#headline-cpu .mark[data-tip*='times as fast']").first.hover()
    speedup = "4.1 times as fast as sync (94 % CI 4 to 4.2; faster)"
    assert page.locator(".tip").inner_text().startswith(f"threading, 5 workers: median 1 s, {speedup}")
    page.keyboard.press("Escape")
    assert page.locator(".tip").is_hidden()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_an_automated_check_of_accessibility_finds_nothing_serious(
    browser: Browser, report: Path, scheme: str, width: int
) -> None:
    page = opened(browser, report, width, color_scheme=scheme)
    page.wait_for_selector(".dt-container")
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
    assert len(texts) == 8
    assert all(len(text) > 50 for text in texts)
    page.close()


def test_without_javascript_all_is_there_to_read(browser: Browser, report: Path) -> None:
    page = opened(browser, report, java_script_enabled=False)
    assert page.locator("#the-claims tbody tr").count() == 29
    assert page.locator("figure svg, figure img").count() == 8
    assert "Shortest median of 3 contenders" in page.locator("#answer").inner_text()
    page.close()


def test_in_print_tables_are_whole_and_there_is_nothing_to_click(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".dt-search").first.is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    page.close()
