"""Test that the kernel adds up the usage of ended child processes, and that what ended them has a name."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from concbench.measured.children import are_ignored, keep_accounts, signal_name


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    before = signal.getsignal(signal.SIGCHLD)
    yield
    signal.signal(signal.SIGCHLD, before)


def test_children_that_are_ignored_no_longer_are() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    assert keep_accounts()
    assert not are_ignored()


def test_a_handler_of_the_works_own_stays() -> None:
    def handler(*_: object) -> None: ...

    signal.signal(signal.SIGCHLD, handler)
    assert not keep_accounts()
    assert signal.getsignal(signal.SIGCHLD) is handler


def test_a_signal_has_a_name_or_a_number() -> None:
    assert (signal_name(9), signal_name(40)) == ("SIGKILL", "signal 40")
