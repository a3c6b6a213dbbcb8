#!/usr/bin/env python3
"""Asks an address again and again until SIGTERM, and counts what did not answer 200.

usage: hello-load.py URL [--clients N] [--seconds N]

Prints "ASKED FAILED", and exits 1 when something failed, or nothing was asked.
"""
import argparse
import signal
import sys
import threading
import urllib.error
import urllib.request


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    ended, lock, counts, reasons = threading.Event(), threading.Lock(), [0, 0], set()

    signal.signal(signal.SIGTERM, lambda *_: ended.set())

    def client():
        while not ended.is_set():
            reason = ""
            try:
                with urllib.request.urlopen(options.url, timeout=15) as answer:
                    if answer.status != 200 or not answer.read():
                        reason = f"status {answer.status}"
            except (urllib.error.URLError, OSError) as error:
                reason = str(error)
            with lock:
                counts[0] += 1
                if reason:
                    counts[1] += 1
                    reasons.add(reason)

    clients = [threading.Thread(target=client) for _ in range(options.clients)]
    for thread in clients:
        thread.start()
    ended.wait(options.seconds)
    ended.set()
    for thread in clients:
        thread.join()
    print(*counts)
    for reason in sorted(reasons):
        print("hello-load:", reason, file=sys.stderr)
    sys.exit(1 if counts[1] or not counts[0] else 0)


if __name__ == "__main__":
    main()
