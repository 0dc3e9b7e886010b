"""Wait on an event loop until a moment, to within tens of microseconds.

The timers of asyncio and uvloop count whole milliseconds, an error of several per cent for a delay of 10 ms.
"""

from __future__ import annotations

import asyncio
import ctypes
import heapq
import os
import time

CLOCK_MONOTONIC, TFD_TIMER_ABSTIME = 1, 1
TFD_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
libc = ctypes.CDLL(None, use_errno=True)


class Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class TimerSpec(ctypes.Structure):
    _fields_ = (("interval", Timespec), ("value", Timespec))


class Deadlines:
    """Keep the moments that coroutines wait for; one timerfd is set to the next of them (see timerfd_create(2))."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self.count = 0
        self.timer = libc.timerfd_create(CLOCK_MONOTONIC, TFD_FLAGS)
        if self.timer < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create: " + os.strerror(ctypes.get_errno()))
        loop.add_reader(self.timer, self.expired)

    async def wait_until(self, moment: float) -> None:
        """Return when ``time.perf_counter()`` has reached ``moment``."""
        if moment <= time.perf_counter():
            return
        reached: asyncio.Future[None] = self.loop.create_future()
        self.count += 1
        heapq.heappush(self.waiting, (moment, self.count, reached))
        if self.waiting[0][2] is reached:
            self.set_timer(moment)
        await reached

    def set_timer(self, moment: float) -> None:
        nanoseconds = max(1, int(moment * 1e9))
        value = Timespec(nanoseconds // 1_000_000_000, nanoseconds % 1_000_000_000)
        libc.timerfd_settime(self.timer, TFD_TIMER_ABSTIME, ctypes.byref(TimerSpec(Timespec(0, 0), value)), None)

    def expired(self) -> None:
        """Wake the coroutines whose moment has come."""
        os.read(self.timer, 8)
        now = time.perf_counter()
        while self.waiting and self.waiting[0][0] <= now:
            reached = heapq.heappop(self.waiting)[2]
            if not reached.done():
                reached.set_result(None)
        if self.waiting:
            self.set_timer(self.waiting[0][0])
