"""How much is done of what could be done for ever; `make endurance` asks for more."""

import os

#: Kills and outages of each kind.
KILLS = int(os.environ.get("REPSCOPE_TEST_KILLS", "1"))
#: Broken files that every reader is shown.
MUTATIONS = int(os.environ.get("REPSCOPE_TEST_MUTATIONS", "50"))
#: Images of the largest map that is drawn.
POINTS = int(os.environ.get("REPSCOPE_TEST_POINTS", "30000"))
