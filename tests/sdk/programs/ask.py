"""ask.py OPERATION BODY: one call to $DYNATAPE_URL; prints the HTTP status and ends well whatever it is."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.wire import call

print(call(os.environ["DYNATAPE_URL"], sys.argv[1], sys.argv[2].encode()).status)
