"""A WebSocket server that sends every message back: echo.py PORT"""

import asyncio
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

LARGEST = 32 << 20  # The suite's largest message has 16 MiB.


async def echo(socket):
    try:
        async for message in socket:
            await socket.send(message)
    except ConnectionClosed:
        pass


async def main():
    async with serve(
        echo, "127.0.0.1", int(sys.argv[1]), max_size=LARGEST, ping_interval=None
    ):
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
