"""How long a cold start of the stream's function imports, beside the interpreter's own start."""

import argparse
import subprocess
import sys
from statistics import median

PARTS = {
    "the interpreter alone": "pass",
    "the stream's function": "import cruddur.entrypoints.stream_lambda",
    "the web service": "import cruddur.web.app",
}
_TIMED = "import time; {}; print(1000 * time.process_time())"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9)
    times = parser.parse_args().times
    # In turn, so that a machine that slows down slows all of them.
    rounds = [{name: _cpu_ms(code) for name, code in PARTS.items()} for _ in range(times)]
    alone = median(one["the interpreter alone"] for one in rounds)
    for name in PARTS:
        cpu = median(one[name] for one in rounds)
        sys.stdout.write(f"{name:24} {cpu:6.0f} ms of CPU, {cpu / alone:5.1f} x the interpreter\n")


def _cpu_ms(code: str) -> float:
    command = [sys.executable, "-B", "-c", _TIMED.format(code)]
    return float(subprocess.check_output(command, text=True))


if __name__ == "__main__":
    main()
