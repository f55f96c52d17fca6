"""A headless Chromium, steered over its DevTools pipe.

The pipe (file descriptors 3 and 4, messages ended by a zero byte) needs no port and no WebSocket,
so the standard library is enough: https://chromedevtools.github.io/devtools-protocol/
`Browser` carries messages; a `Page` is one tab: what a visitor can do with it, and what was seen.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
    "--accept-lang=en", "--remote-debugging-pipe",
)  # fmt: skip
#: Seconds a command, or the loading of a page, may take.
PATIENCE = 30.0
#: Seconds between two looks at a page that is waited for.
PAUSE = 0.02
#: Keys without a letter → the Windows key code that the protocol wants, and the text the key enters.
KEYS = {
    "Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), "Space": (32, " "), "End": (35, ""),
    "Home": (36, ""), "ArrowUp": (38, ""), "ArrowDown": (40, ""),
}  # fmt: skip
ALT, SHIFT = 1, 8
#: Becomes the browser, with the pipes where it looks for them. A shell would do but for numbers above 9.
#: The input is the first pipe opened and has the lowest number, so the output is never number 3.
MOVE_PIPES = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4);"
    " os.execvp(sys.argv[3], sys.argv[3:])"
)

Event = dict[str, Any]


class BrowserFailed(RuntimeError):
    """There is no browser, it ended, it refused a command, or it did not answer in time."""


class Browser:
    """A running browser: commands go out, answers and events come in."""

    def __init__(self, read_from: int, write_to: int) -> None:
        self._read_from = read_from
        self._write_to = write_to
        self._buffer = b""
        self._number = 0
        self._listeners: dict[str, Callable[[Event], None]] = {}

    @contextlib.contextmanager
    def tab(self) -> Iterator[Page]:
        """A new tab with cache and cookies of its own. Raises `BrowserFailed`."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        try:
            yield page
        finally:
            self._listeners.pop(session, None)
            with contextlib.suppress(BrowserFailed):  # a failure in the tab is the one to tell
                self.call("Target.disposeBrowserContext", browserContextId=context)

    def quit(self) -> None:
        """End the browser."""
        self.call("Browser.close")

    def listen(self, session: str, listener: Callable[[Event], None]) -> None:
        """Hand the events of a tab to `listener`."""
        self._listeners[session] = listener

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """A command and its answer. Raises `BrowserFailed`."""
        number = self.send(method, session, **parameters)
        deadline = time.monotonic() + PATIENCE
        while (answer := self.receive(deadline)).get("id") != number:
            pass
        if "error" in answer:
            raise BrowserFailed(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def send(self, method: str, session: str | None = None, **parameters: Any) -> int:
        """A command whose answer nobody waits for; gives its number. Raises `BrowserFailed`."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        try:
            os.write(self._write_to, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise BrowserFailed(f"the browser is gone: {error}") from None
        return self._number

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next thing the browser says, an answer or an event, until a time of the monotonic clock."""
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
        listener = self._listeners.get(message.get("sessionId", ""))
        if listener is not None and "method" in message:
            listener(message)
        return message


class Page:
    """One tab. `events` holds everything it told, oldest first; see also `watch`."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.events: list[Event] = []
        browser.listen(session, self._hear)
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

    def prefer(self, **features: str) -> None:
        """What the visitor's system asks for, as CSS media features: `prefers_color_scheme="dark"`."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._call("Emulation.setEmulatedMedia", features=named)

    def print_media(self) -> None:
        """Show pages as they would be printed."""
        self._call("Emulation.setEmulatedMedia", media="print")

    def watch(self) -> None:
        """Make `events` tell of requests, console messages, exceptions and broken policies, too."""
        for domain in ("Network", "Runtime", "Log", "Audits"):
            self._call(f"{domain}.enable")

    def told(self, method: str) -> list[Event]:
        """The parameters of all events of one kind."""
        return [one["params"] for one in self.events if one["method"] == method]

    def switch_scripts_off(self) -> None:
        """From the next page on; `evaluate` goes on working."""
        self._call("Emulation.setScriptExecutionDisabled", value=True)

    def open(self, url: str) -> None:
        """Go to a page and wait until everything on it is loaded."""
        with self.navigation():
            answer = self._call("Page.navigate", url=url)
            if "errorText" in answer:
                raise BrowserFailed(f"{url}: {answer['errorText']}")

    @contextlib.contextmanager
    def navigation(self) -> Iterator[None]:
        """What is done in here leads to another page; waits until that is loaded."""
        loaded = len(self.told("Page.loadEventFired"))
        yield
        deadline = time.monotonic() + PATIENCE
        while len(self.told("Page.loadEventFired")) == loaded:
            self._browser.receive(deadline)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; of a promise, what it comes to. Raises `BrowserFailed`."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserFailed(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Look until the expression is true, and give its value. Raises `BrowserFailed`.

        The value travels as JSON, in which an element is an empty object, hence false: ask for a fact.
        """
        deadline = time.monotonic() + PATIENCE
        while not (value := self.evaluate(expression)):
            if time.monotonic() > deadline:
                raise BrowserFailed(f"not true for {PATIENCE:.0f} s: {expression}")
            time.sleep(PAUSE)
        return value

    def type(self, text: str) -> None:
        """Key by key into what has the focus."""
        for letter in text:
            self._key("keyDown", key=letter, text=letter)
            self._key("keyUp", key=letter)

    def press(self, key: str, *, shift: bool = False, alt: bool = False) -> None:
        """One of `KEYS`."""
        code, text = KEYS[key]
        modifiers = (SHIFT if shift else 0) | (ALT if alt else 0)
        name = text if key == "Space" else key
        held = {"key": name, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self._key("keyDown" if text else "rawKeyDown", **held, **({"text": text} if text else {}))
        self._key("keyUp", **held)

    def compose(self, text: str) -> None:
        """What an input method shows while the visitor has not decided; replaces what it showed before."""
        length = len(text.encode("utf-16-le")) // 2
        self._call("Input.imeSetComposition", text=text, selectionStart=length, selectionEnd=length)

    def press_into_composition(self, key: str) -> None:
        """The key as a page sees it while an input method keeps it for itself: it enters nothing."""
        code, _ = KEYS[key]
        for kind in ("rawKeyDown", "keyUp"):
            self._key(kind, key=key, code=key, windowsVirtualKeyCode=code)

    def insert(self, text: str) -> None:
        """What an input method enters when the visitor has decided; ends the composition."""
        self._call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """The first element that a CSS selector finds, in the middle of its first line.

        Raises `BrowserFailed`.
        """
        point = self._middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, point, button="left", clickCount=1)

    def tap(self, selector: str) -> None:
        """The same with a finger: the events of a touch, then those that the browser makes of it."""
        x, y = self._middle(selector)
        self._call("Emulation.setTouchEmulationEnabled", enabled=True)
        self._call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self._call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def _middle(self, selector: str) -> tuple[float, float]:
        middle = self.evaluate(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
            " if (!found) return null; found.scrollIntoView({block: 'center', behavior: 'instant'});"
            " const box = found.getClientRects()[0];"
            " return {x: box.x + box.width / 2, y: box.y + box.height / 2}; })()"
        )
        if middle is None:
            raise BrowserFailed(f"nothing on the page is {selector}")
        return middle["x"], middle["y"]

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """The mouse from one point of the window to another, with its button held."""
        points = [(start[0] + (end[0] - start[0]) * part / 4, start[1] + (end[1] - start[1]) * part / 4)
                  for part in range(5)]  # fmt: skip
        held = {"button": "left", "buttons": 1, "clickCount": 1}
        self._mouse("mousePressed", points[0], **held)
        for point in points:
            self._mouse("mouseMoved", point, **held)
        self._mouse("mouseReleased", points[-1], button="left", clickCount=1)

    def _mouse(self, kind: str, point: tuple[float, float], **details: Any) -> None:
        self._call("Input.dispatchMouseEvent", type=kind, x=point[0], y=point[1], **details)

    def picture(self, *, whole: bool) -> bytes:
        """The page as PNG; `whole` with what lies below the window."""
        answer = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if event["method"] == "Page.javascriptDialogOpening":
            # An open dialog stops the page, and with it every command to come.
            self._browser.send("Page.handleJavaScriptDialog", self._session, accept=False)

    def _key(self, kind: str, **parameters: Any) -> None:
        self._call("Input.dispatchKeyEvent", type=kind, **parameters)

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **parameters)


def find_browser() -> str:
    """The browser's command. Raises `BrowserFailed`."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    raise BrowserFailed(f"no browser found; looked for {', '.join(NAMES)}")


@contextlib.contextmanager
def browser_page(command: str) -> Iterator[Page]:
    """The only tab of a browser of its own. Raises `BrowserFailed`."""
    with running_browser(command) as browser, browser.tab() as page:
        yield page


@contextlib.contextmanager
def running_browser(command: str) -> Iterator[Browser]:
    """A new browser with an empty profile. Raises `BrowserFailed`."""
    their_input, our_output = os.pipe()
    our_input, their_output = os.pipe()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        words = [command, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        moved = [sys.executable, "-c", MOVE_PIPES, str(their_input), str(their_output), *words]
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
            browser = Browser(our_input, our_output)
            yield browser
            with contextlib.suppress(BrowserFailed):  # it may end before it answers that it will
                browser.quit()
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
