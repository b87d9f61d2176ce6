"""Run one of Swift's servers or daemons: ``run_swift.py swift-proxy-server FILE.conf``.

Swift's daemons look for ``/etc/swift/swift.conf`` wherever their own configuration is, and its
log goes to syslog.  Here both stay in the folder of the configuration.
"""

from __future__ import annotations

import configparser
import logging
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from swift.common import constraints, storage_policy, utils
from swift.common.utils.logs import SwiftLogFormatter


def log_to_file(conf: dict[str, str], *others: Any) -> None:
    """Write the log to the file ``log_file`` too: one of Swift's ``log_custom_handlers``."""
    *_, logger, _adapted = others
    if not any(isinstance(handler, logging.FileHandler) for handler in logger.handlers):
        handler = logging.FileHandler(conf["log_file"])
        handler.setFormatter(SwiftLogFormatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)


def main() -> Any:
    """Run the command named by the first argument with the others."""
    sys.argv.pop(0)
    config = configparser.ConfigParser(interpolation=None)
    config.read(sys.argv[1])
    utils.set_swift_dir(str(Path(config["DEFAULT"]["swift_dir"])))
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()
    [command] = entry_points(group="console_scripts", name=sys.argv[0])
    return command.load()()


if __name__ == "__main__":
    sys.exit(main())
