#!/usr/bin/env python3
"""Free ports of 127.0.0.1 for servers that a script starts.

usage: ports.py COUNT     prints as many, each with a free one behind it (vpcd has two readers)

None of those that the kernel gives to whoever connects, and of a block of this process (tests/support/ports.hpp): nobody
else takes one before its server listens. A script takes all that it needs at once.
"""
import os
import socket
import sys

FIRST, BLOCK, BLOCKS = 10240, 16, 1400  # Linux gives clients ports from 32768 on


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count):
    found, block = [], os.getpid() % BLOCKS
    for _ in range(BLOCKS):
        ports = range(FIRST + block * BLOCK, FIRST + (block + 1) * BLOCK, 2)
        found += [p for p in ports if is_free(p) and is_free(p + 1)]
        if len(found) >= count:
            return found[:count]
        block = (block + 1) % BLOCKS
    sys.exit("no free ports")


if __name__ == "__main__":
    print(*free_ports(int(sys.argv[1])))
