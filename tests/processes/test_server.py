"""Test the server as a process with real clients. Only what is true on any machine is asserted of times."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import pytest
import requests

from concbench.environment.measured_environment import measured_environment
from concbench.measured.payload import page
from concbench.records.request_times import Requests
from concbench.records.run_record import RunSpec
from concbench.records.server_profile import Distribution, Profile, Site
from concbench.runner.process_pipe import NoAnswer, ProcessPipe
from concbench.runner.run import Certificates, start_server
from concbench.server import request_log
from concbench.server.messages import FINISH, SERVING, ServerLog
from workloads.download import Workload

ANSWER_S = 30
SHORT = Distribution.fixed(0.01)
ONE_SITE = Profile((Site("only", 100, SHORT),))

Client = Callable[[Sequence[str], Path | None], list[bytes]]


@dataclass
class Serving:
    """Control a running server."""

    process: ProcessPipe
    sites: list[dict[str, Any]]
    profile: Profile
    spec: RunSpec

    def urls(self, size: int) -> list[str]:
        """Return the URLs of some items, from one site after the other in turn, as in a run."""
        return Workload(self.sites, "requests").items(size, seed=1)

    def seen(self) -> ServerLog:
        """Return the server's log, which ends the server."""
        self.process.tell(FINISH)
        return ServerLog.from_json(self.process.answer(perf_counter() + ANSWER_S))

    def log(self) -> Requests:
        return self.seen().requests


Start = Callable[[Profile], Serving]


@pytest.fixture(scope="module", autouse=True)
def clean_environment() -> Iterator[None]:
    """Remove the machine's proxies and certificates, which clients would use."""
    clean = measured_environment(os.environ, None)
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(clean):
            if not name.startswith("PYTEST"):
                patch.delenv(name)
        patch.setenv("NETRC", clean["NETRC"])
        yield


@pytest.fixture(scope="module")
def start(
    certificates: Certificates, spec: Callable[..., RunSpec], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Start]:
    """Return a function that starts a server; all end after the last test of this file."""
    with ExitStack() as stack:
        log = stack.enter_context((tmp_path_factory.mktemp("server") / "log").open("wb"))

        def start(profile: Profile) -> Serving:
            made = spec(size=24, server=profile)
            delays_s = profile.delays_s(made.size, made.seed, made.block, made.configuration)
            process, sites = start_server(profile, delays_s, certificates.server, log, stack)
            assert process.answer(perf_counter() + ANSWER_S) == SERVING
            return Serving(process, sites, profile, made)

        yield start


@pytest.fixture(scope="module")
def shared(start: Start) -> Serving:
    """Start a server for tests that don't read its log: pages of several sizes, with and without TLS."""
    sizes = (1, 276, 10966, 1_000_000)
    return start(Profile(tuple(Site(f"{size}-{tls}", size, tls=tls) for size in sizes for tls in (False, True))))


def with_requests(urls: Sequence[str], bundle: Path | None) -> list[bytes]:
    with requests.Session() as session:
        if bundle:
            session.verify = str(bundle)
        return [session.get(url).content for url in urls]


async def all_at_once(urls: Sequence[str], trusted: ssl.SSLContext) -> list[bytes]:
    async with aiohttp.ClientSession(raise_for_status=True) as session:

        async def get(url: str) -> bytes:
            async with session.get(url, ssl=trusted) as response:
                return await response.read()

        return await asyncio.gather(*map(get, urls))


def with_aiohttp(urls: Sequence[str], bundle: Path | None) -> list[bytes]:
    return asyncio.run(all_at_once(urls, ssl.create_default_context(cafile=bundle)))


def with_curl(urls: Sequence[str], bundle: Path | None) -> list[bytes]:
    """Run curl once for each URL; ``-q`` makes it ignore .curlrc."""
    command = ["curl", "-q", "--silent", "--show-error", "--fail", *(["--cacert", str(bundle)] if bundle else [])]
    return [subprocess.run([*command, url], check=True, capture_output=True, timeout=60).stdout for url in urls]


curl_is_here = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl to test the server with")
every_client = pytest.mark.parametrize(
    "client",
    [
        pytest.param(with_requests, id="requests"),
        pytest.param(with_aiohttp, id="aiohttp"),
        pytest.param(with_curl, id="curl", marks=curl_is_here),
    ],
)


def peak_served(log: Requests) -> int:
    """Return the largest number of requests served at a time."""
    return request_log.peak_in_flight(replace(log, received_s=log.served_s))


# --- Delays


@pytest.fixture(scope="module", params=[with_requests, with_aiohttp, pytest.param(with_curl, marks=curl_is_here)])
def varied(start: Start, certificates: Certificates, request: pytest.FixtureRequest) -> tuple[Serving, Requests]:
    """Return the log of a server with varying delays and one client."""
    delay = Distribution("uniform", {"low": 0.005, "high": 0.03})
    serving = start(Profile((Site("secret", 500, delay, tls=True), Site("plain", 50, delay))))
    request.param(serving.urls(6), certificates.bundle)
    return serving, serving.log()


def test_each_response_is_delayed_by_at_least_its_delay(varied: tuple[Serving, Requests]) -> None:
    _, log = varied
    assert all(released >= served + delay for served, released, delay in zip(log.served_s, log.released_s, log.delay_s))


def test_the_median_response_is_not_delayed_seconds_too_long(varied: tuple[Serving, Requests]) -> None:
    _, log = varied
    assert median(request_log.delay_errors_s(log)) < 2


def test_each_item_gets_the_delay_that_the_profile_drew_for_it(varied: tuple[Serving, Requests]) -> None:
    serving, log = varied
    drawn = serving.profile.delays_s(24, serving.spec.seed, serving.spec.block, serving.spec.configuration)
    assert dict(zip(log.item, log.delay_s)) == dict(enumerate(drawn[:6]))


def test_every_request_is_logged_once(varied: tuple[Serving, Requests]) -> None:
    _, log = varied
    assert sorted(log.item) == list(range(6))


def test_a_request_is_received_before_it_is_served_and_released(varied: tuple[Serving, Requests]) -> None:
    _, log = varied
    moments = zip(log.received_s, log.served_s, log.released_s)
    assert all(received <= served <= released for received, served, released in moments)


def test_the_log_is_in_the_order_of_answers(varied: tuple[Serving, Requests]) -> None:
    _, log = varied
    assert log.released_s == sorted(log.released_s)


class Seen(NamedTuple):
    """Return a server's log of a client, and the client's start and end."""

    start: float
    end: float
    log: Requests


@pytest.fixture(scope="module")
def seen(start: Start) -> Seen:
    """Request items 1 and 25 of a server with delays for 24, and an address that it doesn't have."""
    serving = start(Profile((Site("only", 100, Distribution("uniform", {"low": 0.02, "high": 0.05})),)))
    before = perf_counter()
    with_requests([f"{serving.sites[0]['url']}/{path}" for path in ("1", "favicon.ico", "25")], None)
    return Seen(before, perf_counter(), serving.log())


def test_a_client_waits_at_least_the_delays(seen: Seen) -> None:
    assert seen.end - seen.start >= sum(seen.log.delay_s) >= 0.04


def test_the_log_counts_by_the_clock_of_the_client(seen: Seen) -> None:
    assert seen.start < seen.log.received_s[0] < seen.log.released_s[1] < seen.end


def test_items_beyond_the_last_delay_take_the_delays_from_the_start_again(seen: Seen) -> None:
    assert seen.log.delay_s[0] == seen.log.delay_s[1]


def test_what_is_not_found_is_not_logged(seen: Seen) -> None:
    assert seen.log.item == [1, 25]


def test_sites_in_turns_have_each_their_own_delay(start: Start, certificates: Certificates) -> None:
    slow, quick = Distribution.fixed(0.02), Distribution.fixed(0.001)
    serving = start(Profile((Site("slow", 100, slow, tls=True), Site("quick", 10, quick))))
    with_requests(serving.urls(4), certificates.bundle)
    assert serving.log().delay_s == [0.02, 0.001, 0.02, 0.001]


# --- Concurrency limit


@pytest.fixture(scope="module")
def queued(start: Start) -> Requests:
    """Return the log of a server with ``max_concurrent`` 3 and nine requests at a time to its two sites."""
    delay = Distribution.fixed(0.1)
    serving = start(Profile((Site("one", 100, delay), Site("other", 100, delay)), max_concurrent=3))
    with_aiohttp(serving.urls(9), None)
    return serving.log()


def test_no_more_requests_are_served_at_once_than_there_are_slots(queued: Requests) -> None:
    assert peak_served(queued) == 3


def test_what_finds_no_slot_is_in_flight_all_the_same(queued: Requests) -> None:
    assert request_log.peak_in_flight(queued) > 3


def test_time_in_the_queue_is_no_part_of_the_delay(queued: Requests) -> None:
    assert all(released >= served + 0.1 for served, released in zip(queued.served_s, queued.released_s))


def test_the_queue_is_served_in_the_order_of_arrival(queued: Requests) -> None:
    moments = sorted(zip(queued.received_s, queued.served_s))
    assert [served for _, served in moments] == sorted(queued.served_s)


def test_without_slots_no_request_waits_for_another(start: Start) -> None:
    serving = start(Profile((Site("only", 100, Distribution.fixed(0.25)),)))
    with_aiohttp(serving.urls(12), None)
    assert peak_served(serving.log()) == 12


# --- Connections


@pytest.fixture(scope="module")
def session(start: Start, certificates: Certificates, two_sites: Profile) -> ServerLog:
    """Return the log of a server with two sites and six downloads in one session."""
    serving = start(replace(two_sites, connect_delay_s=0.05))
    with_requests(serving.urls(6), certificates.bundle)
    return serving.seen()


@pytest.fixture(scope="module")
def no_session(start: Start, certificates: Certificates, two_sites: Profile) -> ServerLog:
    """Return the log of four downloads without a session."""
    serving = start(replace(two_sites, connect_delay_s=0.05))
    for url in serving.urls(4):
        requests.get(url, verify=str(certificates.bundle), timeout=60)
    return serving.seen()


def test_a_session_makes_one_connection_per_site(session: ServerLog) -> None:
    assert session.connections == 2


def test_a_session_uses_a_sites_connection_for_all_its_requests(session: ServerLog) -> None:
    assert session.requests.connection == [1, 2, 1, 2, 1, 2]


def test_requests_without_a_session_make_a_connection_each(no_session: ServerLog) -> None:
    assert no_session.connections == 4


def test_only_the_first_request_of_a_connection_is_charged_for_connecting(session: ServerLog) -> None:
    assert session.requests.delay_s == pytest.approx([0.07, 0.07, 0.02, 0.02, 0.02, 0.02])


def test_each_connection_is_charged_for_connecting(no_session: ServerLog) -> None:
    assert no_session.requests.delay_s == pytest.approx([0.07] * 4)


def test_what_is_charged_for_connecting_is_waited_for(session: ServerLog) -> None:
    log = session.requests
    assert min(request_log.delay_errors_s(log)) >= -1e-9


def test_the_server_accounts_for_its_own_cpu_time(session: ServerLog) -> None:
    assert 0 < session.cpu_s < 10


# --- TLS


@every_client
def test_a_client_with_the_bundle_is_served_over_tls(client: Client, shared: Serving, certificates: Certificates) -> None:
    url = shared.sites[3]["url"]
    assert url.startswith("https://")
    assert client([f"{url}/5"], certificates.bundle) == [page(5, 276)]


@pytest.mark.parametrize(
    ("client", "error", "match"),
    [
        pytest.param(with_requests, requests.exceptions.SSLError, "certificate verify failed", id="requests"),
        pytest.param(with_aiohttp, aiohttp.ClientConnectorCertificateError, "certificate verify failed", id="aiohttp"),
        pytest.param(with_curl, subprocess.CalledProcessError, "exit status 60", id="curl", marks=curl_is_here),
    ],
)
def test_a_client_without_the_bundle_refuses(client: Client, error: type[Exception], match: str, shared: Serving) -> None:
    with pytest.raises(error, match=match):
        client([f"{shared.sites[3]['url']}/5"], None)


def test_a_site_over_tls_does_not_answer_plain_http(shared: Serving) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"http://{urlsplit(shared.sites[3]['url']).netloc}/5", timeout=30)


# --- Pages


@every_client
def test_each_site_serves_pages_of_its_own_size_and_each_item_its_own(
    client: Client, shared: Serving, certificates: Certificates
) -> None:
    sizes = [shared.sites[item % 8]["bytes"] for item in range(16)]
    assert client(shared.urls(16), certificates.bundle) == [page(item, size) for item, size in enumerate(sizes)]


def test_a_page_starts_with_the_number_of_its_item(shared: Serving) -> None:
    site = shared.sites[2]
    bodies = with_requests([f"{site['url']}/{item}" for item in (1, 12)], None)
    assert [(len(body), body[:4]) for body in bodies] == [(276, b"1 01"), (276, b"12 0")]


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/-1", "/1.5", "/1/2", "/0x10", "/²"])
def test_a_path_that_is_no_number_is_not_found(path: str, shared: Serving) -> None:
    answer = requests.get(shared.sites[0]["url"] + path, timeout=30)
    assert (answer.status_code, answer.content) == (404, b"")


# --- The process


def test_the_server_is_reached_by_its_own_address_alone(shared: Serving) -> None:
    port = urlsplit(shared.sites[0]["url"]).port
    assert port is not None
    with pytest.raises(ConnectionRefusedError):  # a server on all addresses would accept it
        socket.create_connection(("127.0.0.2", port), timeout=30)


def test_every_site_is_on_loopback(shared: Serving) -> None:
    assert {urlsplit(site["url"]).hostname for site in shared.sites} == {"127.0.0.1"}


def end_of_input(serving: Serving) -> None:
    os.close(serving.process.tasks)
    serving.process.tasks = os.open(os.devnull, os.O_WRONLY)


@pytest.fixture(scope="module")
def ended(start: Start) -> Serving:
    """Return a server whose input was closed after two downloads."""
    serving = start(ONE_SITE)
    with_requests(serving.urls(2), None)
    end_of_input(serving)
    serving.process.process.wait(ANSWER_S)
    return serving


def test_the_server_ends_by_itself_when_its_input_is_closed(ended: Serving) -> None:
    assert ended.process.process.returncode == 0


def test_the_server_leaves_no_process(ended: Serving) -> None:
    with pytest.raises(ProcessLookupError):
        os.killpg(ended.process.process.pid, 0)


def test_the_server_says_what_it_saw_when_its_input_is_closed(ended: Serving) -> None:
    assert ServerLog.from_json(ended.process.answer(perf_counter() + ANSWER_S)).requests.item == [0, 1]


def test_the_server_ends_though_it_holds_a_request(start: Start) -> None:
    serving = start(Profile((Site("only", 100, Distribution.fixed(3600)),)))
    address = urlsplit(serving.sites[0]["url"])
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(b"GET /0 HTTP/1.1\r\nhost: server\r\n\r\n")
        requests.get(f"{serving.sites[0]['url']}/once-the-first-has-come", timeout=30)
        end_of_input(serving)
        assert serving.process.process.wait(ANSWER_S) == 0


def test_an_server_that_cannot_serve_a_site_ends(two_sites: Profile, tmp_path: Path) -> None:
    with ExitStack() as stack, (tmp_path / "log").open("wb") as log:
        process, _ = start_server(two_sites, [0.0], tmp_path / "no-certificate.pem", log, stack)
        with pytest.raises(NoAnswer, match="exit status"):
            process.answer(perf_counter() + ANSWER_S)
