"""Headless Chromium over its DevTools pipe, without further packages."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--no-first-run", "--disable-extensions", "--disable-background-networking", "--remote-debugging-pipe"]


class Browser:
    """One tab. Requests and complaints of its pages are collected."""

    def __init__(self):
        program = shutil.which("chromium")
        if not program:
            raise SystemExit("report: there is no chromium; install the package chromium (scripts/setup --test does)")
        commands, self._to = os.pipe()
        self._from, answers = os.pipe()
        self._profile = tempfile.TemporaryDirectory()
        # The pipe's ends are the descriptors 3 and 4 of the child.
        command = f'exec 3<&{commands} 4>&{answers}; exec "$0" "$@"'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", command, program, *ARGUMENTS, f"--user-data-dir={self._profile.name}"],
            pass_fds=(commands, answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self._ids, self._buffer, self._session = itertools.count(1), b"", None
        self._loaded = False
        self.requests, self.complaints = [], []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def _message(self):
        while b"\0" not in self._buffer:
            part = os.read(self._from, 1 << 20)
            if not part:
                raise SystemExit("report: chromium ended")
            self._buffer += part
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event):
        method, params = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded",
                        "Page.javascriptDialogOpening"):
            self.complaints.append(f"{method}: {json.dumps(params)[:500]}")
        elif method == "Page.loadEventFired":
            self._loaded = True

    def send(self, method, **params):
        request = {"id": next(self._ids), "method": method, "params": params}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._to, json.dumps(request).encode() + b"\0")
        while (message := self._message()).get("id") != request["id"]:
            self._note(message)
        if "error" in message:
            raise SystemExit(f"report: chromium refuses {method}: {message['error']}")
        return message["result"]

    def show(self, width, scheme="light", media="screen"):
        """Sets the window and what it prefers."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                  mobile=width < 500)
        self.send("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, path):
        self._loaded = False
        self.send("Page.navigate", url=Path(path).resolve().as_uri())
        while not self._loaded:
            self._note(self._message())

    def run(self, script):
        """The value of an expression in the page."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"report: {result['exceptionDetails']}")
        return result["result"].get("value")

    def screenshot(self, path):
        image = self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        Path(path).write_bytes(base64.b64decode(image))

    def pdf(self, path):
        Path(path).write_bytes(base64.b64decode(self.send("Page.printToPDF", preferCSSPageSize=True)["data"]))

    def close(self):
        self.send("Browser.close")
        self._process.wait(timeout=20)
        for _ in range(50):  # its helpers may still write their profile
            try:
                self._profile.cleanup()
                return
            except OSError:
                time.sleep(0.1)
