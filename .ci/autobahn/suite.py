"""wstest of a directory of packages: suite.py DIRECTORY ARGUMENT... (Python 2.7)"""

import site
import sys

site.addsitedir(sys.argv[1])  # Unlike a mere path this reads the files that join zope's packages.
sys.argv = ["wstest"] + sys.argv[2:]

from autobahntestsuite.wstest import run  # noqa: E402

run()
