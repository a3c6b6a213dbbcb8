#!/usr/bin/env python3
"""An HTTPS server whose name only a DNS server of its own knows, until it is killed.

usage: tls-and-names.py CERTIFICATE KEY PORT DNS-ADDRESS

Every path is answered with 200 and "ok"; every name is 127.0.0.1. DNS-ADDRESS is one of 127.0.0.0/8,
for it listens on port 53 there.
"""
import http.server
import socket
import ssl
import struct
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *_):
        pass


def answer(question):
    """RFC 1035, 4.1: the question, and for an A record one answer that points to its name."""
    end = 12
    while question[end]:
        end += question[end] + 1
    kind = struct.unpack("!H", question[end + 1:end + 3])[0]
    head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1 if kind == 1 else 0, 0, 0)
    record = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton("127.0.0.1")
    return head + question[12:end + 5] + (record if kind == 1 else b"")


def names(address):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        question, client = server.recvfrom(512)
        server.sendto(answer(question), client)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    certificate, key, port, address = sys.argv[1:]
    threading.Thread(target=names, args=(address,), daemon=True).start()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
