"""The aws command line, warm: a process that has it in memory, and forks for each command.

bin/deploy calls it twenty times, and half of such a call is importing it. Run in the environment
of the deployment's tools, `python warm_aws.py FOLDER` makes a program `aws` in the folder, says so, and
answers it until it is ended.
"""

import json
import os
import socket
import stat
import sys
import traceback
from pathlib import Path

# Not in our environment, which is where mypy looks.
import awscli.handlers  # type: ignore[import-not-found]  # noqa: F401  what main() imports later
from awscli.clidriver import main  # type: ignore[import-not-found]

_DATA_PATH = os.environ["AWS_DATA_PATH"]
"""Importing it has set this."""

_PROGRAM = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as warm:
    warm.connect({address!r})
    socket.send_fds(warm, [b"."], [0, 1, 2])
    warm.sendall(json.dumps([sys.argv, os.getcwd(), dict(os.environ)]).encode())
    warm.shutdown(socket.SHUT_WR)
    sys.exit(warm.recv(1)[0])
"""


def serve(folder: Path) -> None:
    address, program = str(folder / "socket"), folder / "aws"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        program.write_text(_PROGRAM.format(python=sys.executable, address=address))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        print("ready", flush=True)  # noqa: T201
        while True:
            caller, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _answer(caller)
            caller.close()
            _reap()


def _answer(caller: socket.socket) -> None:
    """Becomes the process that the caller wanted, as far as the command can tell."""
    _, files, _, _ = socket.recv_fds(caller, 1, 3)
    for number, file in enumerate(files):
        os.dup2(file, number)
    with caller.makefile("rb") as wanted:
        sys.argv, folder, environment = json.load(wanted)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment, AWS_DATA_PATH=_DATA_PATH)
    code = 255
    try:
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except Exception:  # noqa: BLE001  whatever it is, it goes to whom it concerns
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        caller.sendall(bytes([code]))
        os._exit(0)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
