"""From raw rounds to the table, the warnings under it and the verdict on the floors."""

import math
import statistics

BASE = "nginx"
# CPU time per request against nginx, by setup.
FLOORS = {"headwater-off": 1.3, "headwater-50": 1.6}
# Requests cut off by the end of a load are answered but not counted, and half of a sample is a random number.
SPANS_TOLERANCE = 0.02
# In the window itself, a batch may come late or belong to the warm-up.
WINDOW_TOLERANCE = 0.10
# A sample of n traces has this many standard deviations of chance on top: one run in some ten thousand fails by it.
SIGMAS = 4
# Spans built, encoded and delivered, in nginx' CPU per request beyond the same requests unsampled: setup, base, goal.
GOALS = (("headwater-50", "headwater-0", 0.10), ("headwater-100", "headwater-0", 0.20))
OFF = "headwater-off"
FOREIGN_SHARE_WORTH_A_NOTE = 0.03
COLUMNS = (
    ("setup", "---"), ("requests/s", "---:"), ("CPU us/request", "---:"), ("CPU to nginx (min..max)", "---:"),
    ("over off (min..max)", "---:"),
    ("p50 ms", "---:"), ("p99 ms", "---:"), ("core used", "---:"), ("spans delivered", "---:"), ("of expected", "---:"),
    ("ready s", "---:"), ("failed", "---:"))


def by_setup(rounds):
    grouped = {}
    for one in rounds:
        grouped.setdefault(one["setup"], []).append(one)
    return grouped


def over(rounds, name, base):
    """For each round a setup's CPU per request beyond another's of the same round, in nginx' of that round."""
    found = {one["round"]: {} for one in rounds}
    for one in rounds:
        found[one["round"]][one["setup"]] = one["cpu_us_per_request"]
    return [
        (cpu[name] - cpu[base]) / cpu[BASE]
        for cpu in found.values() if {name, base, BASE} <= cpu.keys() and name != base]


def spread(values, form):
    """Median with the smallest and the largest."""
    if not values:
        return "-"
    middle, least, most = (format(value, form) for value in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({least}..{most})"


def ratios(rounds):
    """For each setup its CPU per request over nginx's of the same round."""
    base = {one["round"]: one["cpu_us_per_request"] for one in rounds if one["setup"] == BASE}
    found = {}
    for one in rounds:
        if base.get(one["round"]):
            found.setdefault(one["setup"], []).append(one["cpu_us_per_request"] / base[one["round"]])
    return found


def table(rounds, order):
    lines = ["| " + " | ".join(name for name, _ in COLUMNS) + " |", "|" + "|".join(rule for _, rule in COLUMNS) + "|"]
    grouped, to_base = by_setup(rounds), ratios(rounds)
    for name in order:
        if name in grouped:
            off = over(rounds, name, OFF) if name.startswith("headwater") else []
            lines.append("| " + " | ".join(_row(name, grouped[name], to_base.get(name), off)) + " |")
    return "\n".join(lines)


def _row(name, own, to_base, over_off):
    def middle(key):
        return statistics.median(one[key] for one in own)

    spans, expected = (sum(one[key] for one in own) for key in ("spans", "spans_expected"))
    return [
        name,
        f"{middle('requests_per_second'):,.0f}",
        f"{middle('cpu_us_per_request'):.1f}",
        spread(to_base, ".2f"),
        spread(over_off, "+.2f"),
        f"{middle('p50_ms'):.2f}",
        f"{middle('p99_ms'):.2f}",
        f"{middle('core_share'):.0%}",
        f"{spans:,}",
        f"{spans / expected:.1%}" if expected else "-",
        f"{middle('ready_seconds'):.2f}",
        f"{sum(one['errors'] for one in own)}",
    ]


def faults(rounds):
    """What makes a setup's figures untrue: failed requests, lost spans, spans paid for outside the window."""
    found = []
    for name, own in by_setup(rounds).items():
        errors = sum(one["errors"] for one in own)
        if errors:
            found.append(f"{name}: {errors} failed requests (expected 0)")
        for spans, expected, tolerance, where in (
                ("spans", "spans_expected", SPANS_TOLERANCE, "delivered"),
                ("window_spans", "window_spans_expected", WINDOW_TOLERANCE, "delivered within the measured windows")):
            got, wanted = (sum(one[key] for one in own) for key in (spans, expected))
            # Both spans of a trace come or neither: sqrt(n) of n traces is twice that in spans.
            slack = tolerance * wanted + SIGMAS * 2 * math.sqrt(wanted / 2)
            if abs(got - wanted) > slack:
                found.append(f"{name}: {got:,} spans {where} (expected {wanted:,} +-{slack:,.0f})")
    return found


def notes(rounds):
    """What makes a row less exact without making it wrong."""
    found = []
    for name, own in by_setup(rounds).items():
        foreign = max(one["foreign_share"] + one["stolen_share"] for one in own)
        if foreign > FOREIGN_SHARE_WORTH_A_NOTE:
            found.append(f"{name}: up to {foreign:.0%} of the proxy's core went to other programs or the host")
    return found


def costs(rounds):
    """Sentences about what spans cost, beside the goals."""
    for name, base, goal in GOALS:
        beyond = over(rounds, name, base)
        if beyond:
            met = "met" if statistics.median(beyond) <= goal else "missed"
            yield f"goal {met}: {name} beyond {base} {spread(beyond, '.2f')} of {BASE} (expected <= {goal:.2f})"


def verdicts(rounds):
    """(passed, sentence) for each floor; a floor that was not measured has not passed."""
    to_base = ratios(rounds)
    for name, floor in FLOORS.items():
        if name not in to_base:
            yield False, f"{name}: not measured (expected <= {floor}x {BASE})"
        else:
            ratio = statistics.median(to_base[name])
            yield ratio <= floor, f"{name}: {ratio:.2f}x {BASE} (expected <= {floor}x)"
