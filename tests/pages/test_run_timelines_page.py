"""Timelines of runs in a real browser: they zoom and pan, say what is under the pointer, and their ink adds up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ElementHandle, Locator, Page, expect
from support import factories
from support.browser import needs_chromium
from support.once import made_once
from support.timed import DOWNLOADS, timed

from concbench.campaign.campaign_reader import campaign_of
from concbench.report.page import html, page_of
from concbench.report.run_timelines import encoded, run_data

WIDTHS = (360, 768, 1280)
ODD = '</script><b dir="rtl">مرحبا</b> & "quoted"'

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a report on four items: by sync 3.2 s of the run's 4 s, by two threads 1.6 s of 2 s, half of each item work."""
    return made_once(tmp_path_factory, "timelines", make_report) / "report.html"


def make_report(folder: Path) -> None:
    campaign = factories.campaign(5, title=ODD)
    data = factories.synthetic(folder, campaign, {"sync": [4.0] * 5, "threading": [2.0] * 5})
    (folder / "report.html").write_text(html(page_of(data, [], folder / "environment.json", {})), encoding="utf-8")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a report on 10,000 items, by one thread, 100 threads and 10,000 tasks."""
    return made_once(tmp_path_factory, "large timelines", make_large) / "report.html"


def make_large(folder: Path) -> None:
    contenders = {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [100]},
        "asyncio": {"model": "asyncio", "workers": ["all"]},
    }
    campaign = campaign_of(factories.config(2, sizes=[10_000], contenders=contenders))
    data = factories.synthetic(folder, campaign, {"sync": [4.0] * 2, "threading": [2.0] * 2, "asyncio": [1.0] * 2})
    times = ["start_s", "end_s", "cpu_s"]
    data.tables["items"][times] = data.tables["items"][times].round(7)  # as a run's are, so that items don't overlap
    (folder / "report.html").write_text(html(page_of(data, [], folder / "environment.json", {})), encoding="utf-8")


def looked_into(browser: Browser, report: Path, run: str = "threading", width: int = 1280, **options: Any) -> Page:
    """Open a report, and in it the timeline of a contender's run."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    page.goto(report.as_uri())
    page.locator(".timelines summary").click()
    select = page.locator(".timelines select")
    label = next(text.strip() for text in select.locator("option").all_inner_texts() if text.strip().startswith(run))
    select.select_option(label=label)
    expect(page.locator("canvas")).to_have_attribute("data-run", select.input_value())
    page.locator("canvas").scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.evaluate("({ timeline }) => { timeline.cursor = { time: timeline.run.length / 2, row: 0 }; }", box(page))
    return page


def box(page: Page) -> ElementHandle:
    """Return the element of a timeline, whose property ``timeline`` the script sets."""
    found = page.query_selector(".timelines")
    assert found
    return found


def state(page: Page, of: str) -> Any:
    """Return a part of the timeline's state after it is drawn, such as ``view`` in seconds."""
    return page.evaluate(
        """(of) => {
          const { timeline } = document.querySelector(".timelines");
          timeline.draw();
          const { from, to, top, shown } = timeline.view;
          return { ...timeline, view: [from / 1e7, to / 1e7, top, shown] }[of];
        }""",
        of,
    )


def drawn(page: Page) -> dict[str, float]:
    """Return the seconds of each activity that the picture shows, without those that it doesn't."""
    return {name: seconds for name, seconds in state(page, "drawn").items() if abs(seconds) > 1e-9}


def pixel(page: Page, across: float, down: float) -> list[int]:
    """Return the colour of a pixel of the canvas, at shares of its width without names and of the height of the rows."""
    colour: list[int] = page.evaluate(
        """([across, down]) => {
          const { timeline } = document.querySelector(".timelines"), { canvas, scale, gutter } = timeline;
          timeline.cursor.time = 0; // out of the way
          timeline.draw();
          const x = gutter + across * (canvas.clientWidth - gutter), y = down * timeline.plotHeight;
          return [...timeline.context.getImageData(x * scale, y * scale, 1, 1).data].slice(0, 3);
        }""",
        [across, down],
    )
    return colour


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("run", ["sync", "threading"])
def test_the_ink_adds_up_to_the_runs_times(browser: Browser, report: Path, run: str, width: int) -> None:
    page = looked_into(browser, report, run, width)
    assert drawn(page) == pytest.approx({"working": 1.6, "queueing": 1.6, "overhead": 0.8})  # threads: over both rows
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_ink_of_a_part_is_what_happened_in_it(browser: Browser, report: Path, width: int) -> None:
    page = looked_into(browser, report, "threading", width)
    page.evaluate("({ timeline }) => timeline.moveTo(0.1e7, 1e7)", box(page))
    assert drawn(page) == pytest.approx({"working": 0.9, "queueing": 0.9, "overhead": 0.2})  # from 0.1 s to 1.1 s, two threads
    page.close()


def test_downloads_are_read_back_as_they_were(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    page.evaluate(
        """(data) => {
          const select = document.querySelector(".timelines select");
          select.selectedOptions[0].dataset.run = data;
          delete document.querySelector("canvas").dataset.run;
          select.dispatchEvent(new Event("change"));
        }""",
        encoded(run_data(timed(DOWNLOADS))),
    )
    expect(page.locator("canvas")).to_have_attribute("data-run", re.compile("^traces/"))
    run = state(page, "run")
    assert (run["number"], run["start"], run["end"]) == ([0, 1], [100_000, 200_000], [1_500_000, 1_200_000])
    assert (run["rows"], run["connections"]) == (["thread 0", "thread 1"], [3, 2])
    assert drawn(page) == pytest.approx(
        {"working": 0.015, "queueing": 0.055, "delayed": 0.16, "in_server_queue": 0.01, "overhead": 0.04}
    )
    page.evaluate("({ timeline }) => { timeline.cursor = { time: 1.0e6, row: 0 }; }", box(page))
    state(page, "view")
    assert page.locator(".timelines output").inner_text() == (
        "thread 0, item 0, connection 3: 140 ms from 0.0100 s to 0.1500 s: 15 ms working (the item's CPU time); 15 ms queueing "
        "(GIL, event loop, connection, CPU); 100 ms waiting (the server delays the response); 10 ms in the server's queue."
    )
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_column_shows_the_share_of_work_however_narrow_its_items(browser: Browser, large: Path, scheme: str) -> None:
    page = looked_into(browser, large, "sync", color_scheme=scheme)
    working, queueing = ([1, 115, 178], [243, 178, 107]) if scheme == "light" else ([79, 168, 221], [184, 116, 42])
    places = [0.12 + 0.76 * place / 40 for place in range(41)]
    assert {tuple(pixel(page, across, 0.8)) for across in places} == {tuple(working)}
    assert {tuple(pixel(page, across, 0.2)) for across in places} == {tuple(queueing)}
    page.close()


def test_nothing_is_read_before_a_timeline_is_opened(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    expect(page.locator(".timelines")).to_be_visible()
    assert page.evaluate("(box) => [box.open, box.timeline.run]", box(page)) == [False, None]
    page.close()


def canvas_of(page: Page) -> Locator:
    return page.locator(".timelines canvas")


def test_keys_zoom_and_move(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    canvas_of(page).focus()
    for key, view in (
        ("+", [1 / 3, 5 / 3]),
        ("ArrowRight", [1 / 3 + 4 / 30, 5 / 3 + 4 / 30]),
        ("ArrowLeft", [1 / 3, 5 / 3]),
        ("-", [0, 2]),
        ("-", [0, 2]),
        ("+", [1 / 3, 5 / 3]),
        ("0", [0, 2]),
    ):
        page.keyboard.press(key)
        assert state(page, "view")[:2] == pytest.approx(view), key
    page.close()


def test_keys_go_from_item_to_item_and_from_row_to_row(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    canvas_of(page).focus()
    words = page.locator(".timelines output")
    for key, said in (
        ("Shift+ArrowRight", "thread 0, item 2: 800 ms from 1.000 s to 1.800 s: 400 ms working"),
        ("Shift+ArrowLeft", "thread 0, item 0: 800 ms from 0.200 s to 1.000 s: 400 ms working"),
        ("Shift+ArrowLeft", "thread 0, item 0: 800 ms from"),
        ("ArrowDown", "thread 1, item 1: 800 ms from"),
        ("ArrowDown", "thread 1, item 1: 800 ms from"),
        ("ArrowUp", "thread 0, item 0: 800 ms from"),
        *[("ArrowLeft", "thread 0")] * 3,
        ("ArrowLeft", "thread 0 at 0.000 s: set-up or tear-down."),
    ):
        page.keyboard.press(key)
        state(page, "view")
        assert words.inner_text().startswith(said), (key, words.inner_text())
    page.close()


def test_buttons_do_what_keys_do(browser: Browser, large: Path) -> None:
    page = looked_into(browser, large, "asyncio")
    assert state(page, "view") == pytest.approx([0, 1, 0, 10_000])
    assert "This line shows 63 rows." in page.locator(".timelines output").inner_text()
    for button, view in (
        ("Zoom in", [1 / 6, 5 / 6, 0, 10_000]),
        ("Zoom out", [0, 1, 0, 10_000]),
        ("Fewer rows", [0, 1, 0, 6666]),
        ("More rows", [0, 1, 0, 9999]),
        ("More rows", [0, 1, 0, 10_000]),
        ("Fewer rows", [0, 1, 0, 6666]),
        ("Whole run", [0, 1, 0, 10_000]),
    ):
        page.get_by_role("button", name=button).click()
        assert state(page, "view") == pytest.approx(view), button
    page.close()


def middle(page: Page) -> tuple[float, float]:
    """Return the middle of the rows of the picture."""
    place = canvas_of(page).bounding_box()
    assert place
    return place["x"] + place["width"] / 2, place["y"] + 12


def test_the_wheel_zooms_after_a_click_and_is_the_pages_before_that(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(100)
    assert state(page, "view")[:2] == [0, 2]
    page.mouse.move(*middle(page))
    page.mouse.down()
    page.mouse.up()
    page.mouse.wheel(0, -100)
    while (view := state(page, "view"))[0] == 0:
        page.wait_for_timeout(20)
    start, end, *_ = view
    assert end - start == pytest.approx(2 * 0.7408, rel=1e-3)  # the 100 pixels of a notch: e to the power of -0.3
    page.close()


def test_dragging_moves_what_is_under_the_pointer_with_it(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    page.get_by_role("button", name="Zoom in").click()
    start = state(page, "view")[0]
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 100, y, steps=4)
    page.mouse.up()
    per_pixel = page.evaluate("({ timeline }) => timeline.ticksPerPixel / 1e7", box(page))
    assert state(page, "view")[0] == pytest.approx(start + 100 * per_pixel, rel=1e-3)
    page.close()


def test_two_fingers_zoom(browser: Browser, report: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(report.as_uri())
    page.locator(".timelines summary").click()
    expect(page.locator("canvas")).to_have_attribute("data-run", re.compile("^traces/"))
    canvas_of(page).scroll_into_view_if_needed()
    x, y = middle(page)
    devtools = context.new_cdp_session(page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": place, "y": y, "id": number} for number, place in enumerate(places)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x - 20, x + 20)
    for apart in (25, 30, 35, 40):
        touch("touchMove", x - apart, x + apart)
    touch("touchEnd")
    start, end, *_ = state(page, "view")
    assert end - start == pytest.approx(4 / 2, rel=0.05)  # sync, whose run takes 4 s: twice as far apart is half the time
    context.close()


def test_the_pointer_shows_an_item_in_words(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    page.mouse.move(*middle(page))
    said = page.locator(".timelines output")
    expect(said).to_contain_text("thread 0, item")
    expect(said).to_contain_text("800 ms from")
    expect(said).to_contain_text("400 ms queueing")
    page.close()


def test_a_zoom_step_on_ten_thousand_items_is_drawn(browser: Browser, large: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for run, rows in (("sync", 1), ("threading", 100), ("asyncio", 10_000)):
        page = looked_into(browser, large, run)
        assert [len(state(page, "run")["number"]), len(state(page, "run")["rows"])] == [10_000, rows]
        took_ms = page.evaluate(
            """() => {
              const { timeline } = document.querySelector(".timelines"), took = [];
              for (const factor of [...Array(10).fill(1 / 1.5), ...Array(10).fill(1.5)]) {
                const begun = performance.now();
                timeline.zoom(factor);
                timeline.draw();
                timeline.context.getImageData(0, 0, 1, 1);
                took.push(performance.now() - begun);
              }
              return took.sort((one, other) => one - other);
            }"""
        )
        with capfd.disabled():
            print(f"\nzoom step on 10,000 items in {rows} rows: median {took_ms[10]:.1f} ms, longest {took_ms[-1]:.1f} ms")
        shown = drawn(page)
        assert shown["working"] == pytest.approx(shown["queueing"], rel=1e-6)
        assert shown["working"] + shown["queueing"] + shown["overhead"] == pytest.approx({1: 4, 100: 200, 10_000: 10_000}[rows])
        page.close()


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_an_open_timeline_fits_the_page(browser: Browser, report: Path, width: int) -> None:
    page = looked_into(browser, report, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".timelines *")]
          .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
          .map((part) => part.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_automated_check_of_accessibility_finds_nothing_in_an_open_timeline(
    browser: Browser, report: Path, scheme: str
) -> None:
    page = looked_into(browser, report, color_scheme=scheme)
    found = Axe().run(page, context=".timelines").response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found] == []
    assert page.get_by_role("application", name="timeline of a run").count() == 1
    page.close()


def test_a_change_of_scheme_redraws(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report, color_scheme="light")
    assert pixel(page, 0.3, 0.4) == [1, 115, 178]
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert pixel(page, 0.3, 0.4) == [79, 168, 221]
    page.close()


def test_odd_names_are_text(browser: Browser, report: Path) -> None:
    page = looked_into(browser, report)
    assert page.locator(".timelines b[dir]").count() == 0
    assert canvas_of(page).get_attribute("aria-label") == f"{ODD}: timeline of a run"
    page.close()


def test_without_javascript_and_in_print_there_is_no_timeline(browser: Browser, report: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(report.as_uri())
    assert page.locator(".timelines").is_hidden()
    page.close()
    page = looked_into(browser, report)
    page.emulate_media(media="print")
    assert page.locator(".timelines").is_hidden()
    page.close()
