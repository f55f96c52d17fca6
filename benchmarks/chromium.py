"""A headless Chromium, steered over its DevTools pipe.

The pipe (file descriptors 3 and 4, messages ended by a zero byte) needs no port and no WebSocket,
so the standard library is enough: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
    "--remote-debugging-pipe",
)  # fmt: skip
#: Seconds a command, or the loading of a page, may take.
PATIENCE = 30.0


class BrowserFailed(RuntimeError):
    """There is no browser, it ended, it refused a command, or it did not answer in time."""


class Page:
    """One tab."""

    def __init__(self, read_from: int, write_to: int) -> None:
        self._read_from = read_from
        self._write_to = write_to
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    def resize(self, width: int, height: int, *, scale: float, phone: bool) -> None:
        """The window in CSS pixels; `scale` is device pixels for each of them."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=phone,
        )

    def open(self, url: str) -> None:
        """Go to a page and wait until everything on it is loaded."""
        answer = self._call("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserFailed(f"{url}: {answer['errorText']}")
        deadline = time.monotonic() + PATIENCE
        while self._message(deadline).get("method") != "Page.loadEventFired":
            pass

    def picture(self, *, whole: bool) -> bytes:
        """The page as PNG; `whole` with what lies below the window."""
        answer = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    def quit(self) -> None:
        """End the browser."""
        self._session = None
        self._call("Browser.close")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        try:
            os.write(self._write_to, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise BrowserFailed(f"the browser is gone: {error}") from None
        deadline = time.monotonic() + PATIENCE
        while (answer := self._message(deadline)).get("id") != self._number:
            pass
        if "error" in answer:
            raise BrowserFailed(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def _message(self, deadline: float) -> dict[str, Any]:
        """The next thing the browser says, an answer or an event."""
        while b"\0" not in self._buffer:
            readable, _, _ = select.select([self._read_from], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                raise BrowserFailed(f"the browser did not answer for {PATIENCE:.0f} s")
            chunk = os.read(self._read_from, 1 << 20)
            if not chunk:
                raise BrowserFailed("the browser ended")
            self._buffer += chunk
        text, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message


def find_browser() -> str:
    """The browser's command. Raises `BrowserFailed`."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    raise BrowserFailed(f"no browser found; looked for {', '.join(NAMES)}")


@contextlib.contextmanager
def browser_page(browser: str) -> Iterator[Page]:
    """A tab of a new browser with an empty profile. Raises `BrowserFailed`."""
    their_input, our_output = os.pipe()
    our_input, their_output = os.pipe()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        # The shell moves the pipes to where the browser looks for them.
        moved = ["sh", "-c", f'exec "$@" 3<&{their_input} 4>&{their_output}', "sh", *command]
        process = subprocess.Popen(
            moved,
            pass_fds=(their_input, their_output),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_input)
        os.close(their_output)
        try:
            page = Page(our_input, our_output)
            yield page
            with contextlib.suppress(BrowserFailed):  # it may end before it answers that it will
                page.quit()
        finally:
            os.close(our_output)
            os.close(our_input)
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        # A browser whose pipe is closed ends by itself.
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
