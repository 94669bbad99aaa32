"""A program on a terminal of its own, driven as a person would."""
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

# Colours, cursor movements, titles, bracketed paste.
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])")


class Terminal:
    """`text` is all that was shown, without escapes; `raw` with them."""

    def __init__(self, command, env=None, columns=120):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, close_fds=True,
                                        env={**os.environ, "TERM": "xterm", **(env or {})},
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.raw, self.seen = "", 0

    @property
    def text(self):
        return ESCAPES.sub("", self.raw)

    def _read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):  # EIO: the program has closed its side
                if data := os.read(self.master, 1 << 16):
                    self.raw += data.decode("utf-8", "replace")
                    return True
            return False
        return True

    def expect(self, pattern, limit=30):
        """Waits for a pattern behind what was matched before; the match."""
        deadline = time.monotonic() + limit
        while True:
            if found := re.compile(pattern, re.S).search(self.text, self.seen):
                self.seen = found.end()
                return found
            left = deadline - time.monotonic()
            assert left > 0, f"{pattern!r} was not shown: {self.text[self.seen:]!r}"
            if not self._read(left):
                assert re.search(pattern, self.text[self.seen:], re.S), f"it ended without {pattern!r}: {self.text[self.seen:]!r}"

    def send(self, text):
        os.write(self.master, text.encode())

    def line(self, text):
        self.send(text + "\r")

    def interrupt(self):
        self.send("\x03")

    def end(self, limit=20):
        """Waits for the program's end; its exit code."""
        deadline = time.monotonic() + limit
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.05)
        while select.select([self.master], [], [], 0)[0] and self._read(0):
            pass
        return self.process.poll()

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self.master)
