"""From runs to rows: medians, spreads, ratios and faults."""

import statistics

# What a broker must not do to messages, by the names of the generator's report.
FAULTS = {"lost": "lost", "duplicates": "delivered twice", "reordered": "out of order", "corrupt": "corrupt",
          "unacknowledged": "not acknowledged"}
BUSY = 0.9  # a generator that is busier than this may be what was measured

COLUMNS = "{:<16} {:<18} {:<12} {:>10}  {:>21} {:>7} {:>6}  {}"
ARROWS = {"less": "↓", "more": "↑"}


def summary(scenario, runs):
    """What the runs of one broker in one scenario come to. A run is the generator's report, or {"error": text}."""
    result = {"errors": [run["error"] for run in runs if "error" in run], "figures": {}, "faults": {}, "runs": runs}
    whole = [run for run in runs if "error" not in run]
    if not whole:
        return result
    for figure in scenario.figures:
        values = [run[figure.name] for run in whole]
        result["figures"][figure.name] = {"median": statistics.median(values), "least": min(values),
                                          "most": max(values), "unit": figure.unit, "better": figure.better}
    result["busy"] = max(run["gen_busy"] for run in whole)
    for name in FAULTS:
        count = sum(run.get(name, 0) for run in whole)
        if count:
            result["faults"][name] = count
    return result


def is_faulty(result):
    return bool(result["errors"] or result["faults"])


def remarks(scenario, result):
    """What a reader of the row should know."""
    texts = [f"{count} {FAULTS[name]}" for name, count in result["faults"].items()]
    texts += result["errors"][:1]
    # On a schedule the generator looks for answers without a pause.
    if scenario.mode != "latency" and result.get("busy", 0) > BUSY:
        texts.append("the load was the bottleneck")
    return ", ".join(texts)


def heading():
    return COLUMNS.format("scenario", "figure", "broker", "median", "least – most", "ratio", "load", "").rstrip()


def rows(scenario, results):
    """The lines of a scenario: a figure after the other, and for each the brokers. A ratio is a broker's figure by that
    of the first."""
    lines = []
    for figure in scenario.figures:
        label = f"{ARROWS[figure.better]} {figure.unit}"
        base = next(iter(results.values()))["figures"].get(figure.name, {}).get("median")
        for name, result in results.items():
            found = result["figures"].get(figure.name)
            if found is None:
                cells = ["-", "-", "-", "-"]
            else:
                number = "{:.%df}" % figure.digits
                cells = [number.format(found["median"]),
                         f"{number.format(found['least'])} – {number.format(found['most'])}",
                         f"{found['median'] / base:.2f}" if base else "-", f"{result['busy']:.2f}"]
            lines.append(COLUMNS.format(scenario.name, label, name, *cells, remarks(scenario, result)).rstrip())
    return lines
