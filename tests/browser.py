"""Opens a page in Chromium and looks at it: tests/browser.py CHROMIUM PAGE WIDTHxHEIGHT [--screenshot FILE] [--pdf FILE]

Reads a script from standard input, one JSON object a line, {"js": "…"}: what each evaluates to is printed as JSON, one a line; {"key": "Enter"}
presses a key. In the end a line with what the page did: {"console": [...], "requests": [...], "violations": [...]}.

Speaks the DevTools protocol over a pipe; needs nothing but Python.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps", "--lang=zh-CN",
    "--force-color-profile=srgb", "--hide-scrollbars", "--remote-debugging-pipe",
]
KEYS = {"Enter": ("Enter", 13, "\r"), "Tab": ("Tab", 9, ""), "Space": ("Space", 32, " ")}


class Browser:
    """A browser of its own, with a profile that goes with it."""

    def __init__(self, program: str, profile: str) -> None:
        to_child, self.out = os.pipe()
        self.inn, from_child = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4.
        command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        shell = f'exec 8<&{to_child} 9>&{from_child}; exec 3<&8 4>&9; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command], pass_fds=[to_child, from_child], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_child)
        os.close(from_child)
        self.waiting = b""
        self.events: list[dict] = []
        self.last = 0

    def read(self) -> dict:
        while b"\0" not in self.waiting:
            chunk = os.read(self.inn, 1 << 20)
            if not chunk:
                raise SystemExit("Chromium ended")
            self.waiting += chunk
        message, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(message)

    def send(self, method: str, session: str | None = None, **params: object) -> dict:
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method: str) -> None:
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())


def evaluate(browser: Browser, session: str, js: str) -> object:
    answer = browser.send("Runtime.evaluate", session, expression=js, returnByValue=True, awaitPromise=True)
    if "exceptionDetails" in answer:
        raise SystemExit(f"{js}: {answer['exceptionDetails']}")
    return answer["result"].get("value")


def press(browser: Browser, session: str, key: str) -> None:
    name, code, text = KEYS[key]
    common = {"key": text if key == "Space" else name, "code": name, "windowsVirtualKeyCode": code}
    browser.send("Input.dispatchKeyEvent", session, type="keyDown", text=text, **common)
    browser.send("Input.dispatchKeyEvent", session, type="keyUp", **common)


def look(browser: Browser, arguments: argparse.Namespace) -> None:
    target = browser.send("Target.createTarget", url="about:blank")["targetId"]
    session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    width, height = map(int, arguments.size.split("x"))
    for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
        browser.send(f"{domain}.enable", session)
    browser.send("Emulation.setDeviceMetricsOverride", session, width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
    page = Path(arguments.page).resolve().as_uri()
    browser.send("Page.navigate", session, url=page)
    browser.wait_for("Page.loadEventFired")
    for line in sys.stdin:
        step = json.loads(line)
        if "key" in step:
            press(browser, session, step["key"])
        else:
            print(json.dumps(evaluate(browser, session, step["js"]), ensure_ascii=False))
    if arguments.screenshot:
        whole = {"captureBeyondViewport": True} if arguments.whole else {}
        picture = browser.send("Page.captureScreenshot", session, format="png", **whole)
        Path(arguments.screenshot).write_bytes(base64.b64decode(picture["data"]))
    if arguments.pdf:
        document = browser.send("Page.printToPDF", session, printBackground=True, paperWidth=8.27, paperHeight=11.69)
        Path(arguments.pdf).write_bytes(base64.b64decode(document["data"]))
    browser.send("Runtime.evaluate", session, expression="0")
    did: dict[str, list] = {"console": [], "requests": [], "violations": []}
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            did["console"].append(params)
        elif method == "Network.requestWillBeSent" and params["request"]["url"] != page:
            did["requests"].append(params["request"]["url"])
        elif method == "Audits.issueAdded" and "contentSecurityPolicyIssueDetails" in params["issue"]["details"]:
            did["violations"].append(params["issue"]["details"])
    print(json.dumps(did, ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("page")
    parser.add_argument("size")
    parser.add_argument("--screenshot")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what fits the window")
    parser.add_argument("--pdf")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(arguments.program, profile)
        try:
            look(browser, arguments)
            browser.send("Browser.close")
        finally:
            try:
                browser.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                browser.process.kill()
                browser.process.wait()


if __name__ == "__main__":
    main()
