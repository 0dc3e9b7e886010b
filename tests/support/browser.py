"""Find Chromium, which the tests of pages need."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

if CHROMIUM is None and "CI" in os.environ:
    pytest.fail("there is no chromium, and in CI there must be: apt-get install chromium", pytrace=False)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: the report isn't tried in a browser")
