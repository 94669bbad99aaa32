"""What a process holds, as the kernel counts it."""
import re


def _status(pid, key):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(rf"^{key}:\s+(\d+) kB", file.read(), re.M)[1]) << 10


def resident(pid):
    """Bytes resident now."""
    return _status(pid, "VmRSS")


class Peak:
    """The most that a process held at once since this was made, above what it held then."""

    def __init__(self, pid):
        self.pid, self.before = pid, resident(pid)
        with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def growth(self):
        return _status(self.pid, "VmHWM") - self.before
