"""What a test file imports: from lib import Broker, connect, packets as p"""

import os

from . import packets
from .broker import allow_all, build_dir, check_serving, hashed, ledger, toml
from .certificates import Authority, authority, client_tls
from .client import Client, check_not_waiting, connect, many, scaled
from .ports import quiet_port

if os.environ.get("GRAPNEL_TEST_REFERENCE"):
    from .mosquitto import Broker
else:
    from .broker import Broker

__all__ = ["Authority", "Broker", "Client", "allow_all", "authority", "build_dir", "check_not_waiting", "check_serving",
           "client_tls", "connect", "hashed", "ledger", "many", "packets", "quiet_port", "scaled", "toml"]
