"""Whether two peers got the same verdicts: compare.py EXPECTED DIRECT THROUGH

DIRECT and THROUGH are directories with reports of one or more runs. Some verdicts are chance: whether a server has read
a message before it sees the broken frame behind it. So a case is the same when everything that it was told through the
gateway was also told directly. The cases that are not are left, one a line, in different.txt.
"""

import collections
import json
import pathlib
import sys


def verdicts(directory):
    """By case: how the peer behaved, how it closed, and with which code, in any run."""
    found = collections.defaultdict(set)
    for index in sorted(pathlib.Path(directory).glob("*/index.json")):
        for cases in json.loads(index.read_text()).values():
            for case, result in cases.items():
                found[case].add((result["behavior"], result["behaviorClose"], result["remoteCloseCode"]))
    return found


def place(case):
    return [int(part) for part in case.split(".")]


def main(expected, direct, through):
    reports = pathlib.Path(direct).parent
    direct, through = verdicts(direct), verdicts(through)
    families = collections.defaultdict(lambda: [0, 0, collections.Counter()])
    differ = []
    for case in sorted(direct.keys() | through.keys(), key=place):
        family = families[case.split(".")[0]]
        family[0] += 1
        family[2][" or ".join(sorted({verdict[0] for verdict in direct[case]})) or "MISSING"] += 1
        if through[case] and through[case] <= direct[case]:
            family[1] += 1
        else:
            differ.append(case)
            print(f"{case}: direct {direct[case]}, through the gateway {through[case]}")
    for family in sorted(families, key=int):
        count, same, behaviour = families[family]
        kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(behaviour.items()))
        print(f"family {family:>2}: {count:>3} cases, {same:>3} the same (directly: {kinds})")
    total = sum(family[0] for family in families.values())
    print(f"{total - len(differ)} of {total} verdicts are the same (expected {expected} cases)")
    (reports / "different.txt").write_text("".join(f"{case}\n" for case in differ))
    return 0 if not differ and total == int(expected) else 1


sys.exit(main(*sys.argv[1:]))
