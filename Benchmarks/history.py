#!/usr/bin/env python3
"""How long `ledger history` takes as a whole process on a large file.

usage: history.py LEDGER [DEPLOYMENTS]

Records that many finished deployments (default 1,000,000) over HTTP, in batches of 1,000: 1,000
services, half of the deployments of ten of them, in three environments. Then it runs each command 21
times and prints the median and the longest, beside `ledger version`, which opens no file: what a
process costs by itself. Say the machine and the build with the figures.
"""
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

ROUNDS = 21
PORT = 18231
COMMANDS = [
    ["version"],
    ["history"],
    ["history", "-s", "service-3", "-e", "prod"],
    ["history", "-e", "prod"],
    ["history", "--kind", "deploy", "--outcome", "success"],
    ["show", "service-3@prod"],
    ["running", "-s", "service-3"],
]


def deployments(count):
    random.seed(418)
    start = datetime.now(timezone.utc) - timedelta(seconds=10 * count + 3600)
    for number in range(count):
        service = random.randrange(1000 if number % 2 else 10)
        commit = f"{number // 3:040x}"
        yield {
            "kind": "deployment.recorded.v1",
            "id": str(number),
            "phase": "finish",
            "service": f"service-{service}",
            "environment": ["dev", "staging", "prod"][number % 3],
            "commit": commit,
            "digest": "sha256:" + f"{number // 3:064x}",
            "occurred_at": (start + timedelta(seconds=10 * number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def fill(token, count):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    batch, begin = [], time.monotonic()
    for number, deployment in enumerate(deployments(count), 1):
        batch.append(json.dumps(deployment))
        if len(batch) < 1000 and number < count:
            continue
        connection.request("POST", "/v1/entries", "\n".join(batch), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            sys.exit(f"{answer.status}: {text[:500]!r}")
        batch = []
        if number % 100_000 == 0:
            rate = number / (time.monotonic() - begin)
            print(f"  {number:>9,} recorded, {rate:,.0f}/s", flush=True)


def measure(ledger, path, arguments):
    end = [] if arguments == ["version"] else ["--db", path]
    times = []
    for _ in range(ROUNDS):
        begin = time.monotonic()
        subprocess.run([ledger, *arguments, *end], stdout=subprocess.DEVNULL, check=True)
        times.append((time.monotonic() - begin) * 1000)
    name = " ".join(["ledger", *arguments])
    print(f"  {name:<55} median {statistics.median(times):6.1f} ms, longest {max(times):6.1f} ms")


def main():
    ledger, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "ledger.sqlite")
        create = [ledger, "token", "create", "--db", path, "--name", "fill", "--scope", "record"]
        token = subprocess.run(create, capture_output=True, text=True, check=True).stdout.strip()
        environment = dict(os.environ, LEDGER_WEBHOOK_SECRET="0123456789abcdef" * 2)
        server = subprocess.Popen(
            [ledger, "serve", "--db", path, "--listen", f"127.0.0.1:{PORT}"],
            env=environment, stderr=subprocess.DEVNULL)
        try:
            time.sleep(2)
            fill(token, count)
        finally:
            server.terminate()
            server.wait()
        print(f"  file {os.path.getsize(path) / 1e6:,.0f} MB")
        for arguments in COMMANDS:
            measure(ledger, path, arguments)


if __name__ == "__main__":
    main()
