"""Connects to a TLS server on this machine, and neither reads nor writes any more.

usage: silent_tls_client.py PORT
"""

import signal
import socket
import ssl
import sys

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])))):
    print("connected", flush=True)
    signal.pause()
