"""Starts what is tested, waits until it answers, and ends it."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url: str, headers: dict | None = None, host: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={**(headers or {}), **({"Host": host} if host else {})})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait(what: str, is_done, seconds: float = 60):
    """Asks again until there is something, or fails."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            if result := is_done():
                return result
        time.sleep(0.1)
    raise SystemExit(f"{what}: not within {seconds} s")


class Processes:
    """Ends all that it started, and no other."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.started: list[subprocess.Popen] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            self.end(process)

    def start(self, name: str, command: list[str], environment: dict | None = None) -> subprocess.Popen:
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder,
                env={"PATH": os.environ["PATH"], **(environment or {})})
        self.started.append(process)
        return process

    @staticmethod
    def end(process: subprocess.Popen) -> int:
        process.terminate()
        try:
            return process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


class Prometheus:
    def __init__(self, port: int):
        self.url = f"http://127.0.0.1:{port}"

    def api(self, path: str, **parameters):
        status, text = get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        answer = json.loads(text)
        if status != 200 or answer["status"] != "success":
            raise SystemExit(f"prometheus: {path} {parameters}: {answer}")
        return answer["data"]

    def query(self, expression: str) -> list[tuple[dict, float]]:
        data = self.api("query", query=expression)
        if data["resultType"] == "scalar":
            return [({}, float(data["result"][1]))]
        return [(sample["metric"], float(sample["value"][1])) for sample in data["result"]]

    def targets(self) -> list[dict]:
        return self.api("targets", state="active")["activeTargets"]
