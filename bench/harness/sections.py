"""What is measured. Each section gives a title and rows (what, measured, aim, met)."""

import json
import statistics
from dataclasses import dataclass, field

from harness.measure import median, median_ratio


@dataclass
class Section:
    title: str
    note: str = ""
    rows: list = field(default_factory=list)  # (what, measured, aim, met or None)

    def figure(self, what, measured):
        self.rows.append((what, measured, "", None))

    def at_least(self, what, value, aim, show="{:.2f}", unit=""):
        self.rows.append((what, show.format(value) + unit, "≥ " + show.format(aim) + unit, value >= aim))

    def at_most(self, what, value, aim, show="{:.2f}", unit=""):
        self.rows.append((what, show.format(value) + unit, "≤ " + show.format(aim) + unit, value <= aim))


def _limit(bench, folder, threads):
    return lambda: bench.run(bench.program("limit"), threads, folder)


def _scan(bench, folder, rules, threads):
    return lambda: bench.run(bench.backtrail, "scan", folder, "--rules", rules, "--no-builtin-rules", "--output",
                             "jsonl", "--threads", threads, "--no-progress", "--no-input",
                             codes=(0, 3), keep_output=False)


def _import(bench, folder, name, threads, codes=(0,), more=()):
    def action():
        case = bench.fresh(name)
        run = bench.run(bench.backtrail, "import", folder, "--case", case, "--output", "json", "--threads", threads,
                        "--no-progress", "--no-input", *more, codes=codes)
        run.case = case
        return run

    return action


def _read_json(bench, folder, threads):
    def action():
        database = bench.fresh("read_json.duckdb")
        return bench.run(bench.program("read_json"), threads, folder, database)

    return action


def _speed(facts, seconds):
    return f"{seconds:.2f} s, {facts['raw_bytes'] / seconds / 1e6:,.0f} MB/s, {facts['events'] / seconds / 1e3:,.0f} k events/s"


def _hits_of(bench, folder, rules):
    """The eventIDs that each rule hits, by rule id."""
    run = bench.run(bench.backtrail, "scan", folder, "--rules", rules, "--no-builtin-rules", "--output", "jsonl",
                    "--threads", 2, "--no-progress", "--no-input", codes=(0, 3))
    hits = {}
    for line in run.output.splitlines():
        hit = json.loads(line)
        hits.setdefault(hit["rule_id"], set()).update(hit["event_ids"])
    return hits


def _narrow(bench, folder, facts, rule_sets):
    """The given rules without the broadest, so that hits fall on at most 1 % of the events; and how many
    were left out. Nobody alerts on a rule that fires on most events; printing its hits would be measured."""
    hits = _hits_of(bench, folder, rule_sets.sigma_hq())
    left_out = []
    for rule in sorted(hits, key=lambda r: (-len(hits[r]), r)):
        if len(set().union(*(hits[r] for r in hits if r not in left_out))) * 100 <= facts["events"]:
            break
        left_out.append(rule)
    return rule_sets.without(left_out), len(left_out)


def scan(bench, data, rule_sets):
    folder, facts = data.half()
    given = rule_sets.sigma_hq()
    section = Section(
        f"Matching without a case: `backtrail scan`, {facts['raw_bytes'] / 1e6:,.0f} MB raw, {facts['events']:,} events, "
        f"{facts['files']:,} files",
        f"The limit program inflates and parses the same files and takes seven texts and three raw objects per event. "
        f"The {rule_sets.given_count()} rules are SigmaHQ's AWS CloudTrail rules.")
    by_threads = {}
    for threads in (1, 2):
        limit, scanned = bench.pairs(_limit(bench, folder, threads), _scan(bench, folder, given, threads))
        by_threads[threads] = (limit, scanned)
        section.figure(f"limit, {threads} thread{'s' * (threads > 1)}", _speed(facts, median(limit)))
        section.figure(f"scan, {threads} thread{'s' * (threads > 1)}", _speed(facts, median(scanned)))
    section.figure("scan, peak memory, 2 threads", f"{median(by_threads[2][1], 'peak_mib'):.0f} MiB")
    section.at_least("scan's throughput / limit's, one thread", median_ratio(*by_threads[1]), 0.5)
    section.figure("the same in CPU time", f"{median_ratio(*by_threads[1], what='cpu'):.2f}")
    narrow, left_out = _narrow(bench, folder, facts, rule_sets)
    pair = bench.pairs(_limit(bench, folder, 1), _scan(bench, folder, narrow, 1))
    section.at_least(f"the same without {left_out} rule{'s' * (left_out != 1)} that hit{'s' * (left_out == 1)} most of "
                     "these made events", median_ratio(*pair), 0.5)
    speed_up = [median(by_threads[1][i]) / median(by_threads[2][i]) for i in (0, 1)]
    section.figure("speed-up on two threads, limit / scan", f"{speed_up[0]:.2f} / {speed_up[1]:.2f}")
    section.at_least("scan's speed-up / limit's", speed_up[1] / speed_up[0], 0.9)
    return section


def many_rules(bench, data, rule_sets):
    folder, facts = data.half()
    given, left_out = _narrow(bench, folder, facts, rule_sets)
    many = rule_sets.many(given, 800)
    section = Section(
        "800 rules against " + str(rule_sets.given_count()),
        "The others are variations of the shipped and the given rules: each keeps its rule's whole condition and asks "
        "for one more thing that hardly occurs. Loading is measured apart and taken off. "
        f"{left_out} broad rules are left out, so that hits are rare.")
    matched = set().union(*_hits_of(bench, folder, many).values())
    load = {}
    for name, path in (("few", given), ("many", many)):
        (load[name],) = bench.pairs(lambda path=path: bench.run(bench.backtrail, "rules", "lint", path, "--output",
                                                                "json", "--no-input", codes=(0, 4)))
    few, lots = bench.pairs(_scan(bench, folder, given, 1), _scan(bench, folder, many, 1))
    net = [statistics.median(r.seconds for r in runs) - median(load[name])
           for runs, name in ((few, "few"), (lots, "many"))]
    section.figure("scan with the given rules, one thread", _speed(facts, median(few)))
    section.figure("scan with 800 rules, one thread", _speed(facts, median(lots)))
    section.at_least("speed with 800 rules / with the given ones, loading apart", net[0] / net[1], 0.7)
    section.at_most("events with hits", 100 * len(matched) / facts["events"], 1, "{:.2f}", " %")
    loaded = load["many"][0].json()["loaded"]
    section.figure("rules loaded", f"{loaded}")
    section.at_most("loading and compiling 800 rules (`rules lint`)", 1000 * median(load["many"]), 300, "{:.0f}", " ms")
    return section


def small_files(bench, data, rule_sets):
    folder, facts = data.small_files()
    section = Section(f"{facts['files']:,} files of six records, {facts['raw_bytes'] / 1e6:,.0f} MB raw")
    limit, scanned = bench.pairs(_limit(bench, folder, 1), _scan(bench, folder, rule_sets.sigma_hq(), 1))
    section.figure("limit, one thread", _speed(facts, median(limit)))
    section.figure("scan, one thread", _speed(facts, median(scanned)))
    section.at_most("scan's time / limit's", median_ratio(scanned, limit), 4)
    ours, theirs = bench.pairs(_import(bench, folder, "small-case", 2), _read_json(bench, folder, 2))
    section.figure("import, two threads", _speed(facts, median(ours)) + f", {median(ours, 'cpu'):.1f} s CPU")
    section.figure("read_json, two threads", _speed(facts, median(theirs)) + f", {median(theirs, 'cpu'):.1f} s CPU")
    section.at_least("read_json's time / import's", median_ratio(theirs, ours), 8)
    return section


def importing(bench, data, rule_sets):
    section = Section(
        "Import with the built-in rules, de-duplication, evidence copied and hashed",
        "`read_json` is the linked DuckDB's own reader into the same columns, without rules, de-duplication or a copy. "
        "Two threads.")
    per_byte = {}
    for name, (folder, facts) in (("0.5 GB", data.half()), ("2 GB", data.large())):
        ours, theirs = bench.pairs(_import(bench, folder, "case-" + name.replace(" ", ""), 2),
                                   _read_json(bench, folder, 2))
        per_byte[name] = median(ours) / facts["raw_bytes"]
        records = ours[0].json()["records"]
        section.figure(f"{name}: import", _speed(facts, median(ours)) + f", {median(ours, 'cpu'):.1f} s CPU, "
                       f"{median(ours, 'peak_mib'):.0f} MiB")
        section.figure(f"{name}: records", f"{records['read']:,} read, {records['stored']:,} stored, "
                       f"{records['duplicates']:,} duplicates")
        section.figure(f"{name}: read_json", _speed(facts, median(theirs)) + f", {median(theirs, 'cpu'):.1f} s CPU, "
                       f"{median(theirs, 'peak_mib'):.0f} MiB")
        section.at_least(f"{name}: read_json's wall time / import's", median_ratio(theirs, ours), 2)
        section.at_least(f"{name}: read_json's CPU time / import's", median_ratio(theirs, ours, "cpu"), 2)
        store = (ours[0].case / "store.duckdb").stat().st_size
        section.at_most(f"{name}: store / raw", 100 * store / facts["raw_bytes"], 13, "{:.1f}", " %")
        section.figure(f"{name}: read_json's database / raw",
                       f"{100 * theirs[0].json()['store_bytes'] / facts['raw_bytes']:.1f} %")
    section.at_most("2 GB: peak memory", median(ours, "peak_mib"), 600, "{:.0f}", " MiB")
    section.at_most("cost per byte, 2 GB / 0.5 GB", per_byte["2 GB"] / per_byte["0.5 GB"], 1.2)
    return section


def _text_logs(bench, data, title, note, baseline, aims):
    """Imports of lines against the linked DuckDB's own way to read them; `baseline` is its kind and its name,
    `aims` what its time over that of an import in place and of one with a copy must reach."""
    folder, facts = data
    kind, theirs_name = baseline
    section = Section(f"{title}: import of {facts['raw_bytes'] / 1e6:,.0f} MB of text, {facts['events']:,} lines, rules on", note)
    ours, in_place, theirs = bench.pairs(
        _import(bench, folder, kind + "-case", 2), _import(bench, folder, kind + "-in-place", 2, more=("--in-place",)),
        lambda: bench.run(bench.program("read_text"), kind, 2, folder, bench.fresh("read_text.duckdb")))
    section.figure("import --in-place", _speed(facts, median(in_place)) + f", {median(in_place, 'cpu'):.1f} s CPU")
    section.figure("import", _speed(facts, median(ours)) + f", {median(ours, 'cpu'):.1f} s CPU, "
                   f"{median(ours, 'peak_mib'):.0f} MiB")
    section.figure(theirs_name, _speed(facts, median(theirs)) + f", {median(theirs, 'cpu'):.1f} s CPU, "
                   f"{median(theirs, 'peak_mib'):.0f} MiB")
    section.at_least(f"{theirs_name}'s wall time / that of import --in-place", median_ratio(theirs, in_place), aims)
    section.at_least(f"{theirs_name}'s wall time / import's, evidence copied", median_ratio(theirs, ours), aims)
    section.figure("the same in CPU time", f"{median_ratio(theirs, ours, 'cpu'):.2f}")
    return section


def flows(bench, data, rule_sets):
    return _text_logs(bench, data.flows(), "VPC flow logs", "`read_csv` is the linked DuckDB's own reader into the same "
                      "columns, without rules, hashes or a copy. Two threads.", ("flows", "read_csv"), 1)


def alb(bench, data, rule_sets):
    return _text_logs(bench, data.alb(), "Application Load Balancer access logs",
                      "`regexp_extract` is the linked DuckDB taking lines apart with a regular expression as AWS publishes "
                      "one for Athena's table, into the same columns, without rules, hashes or a copy. Two threads.",
                      ("alb", "regexp_extract"), 3)


def many_files(bench, data, rule_sets):
    folder, facts = data.many_files()
    large, large_facts = data.same_in_large_files()
    section = Section(f"{facts['files']:,} files against {large_facts['files']:,} of the same {facts['raw_bytes'] / 1e6:,.0f} MB raw")
    for words, more in (("import", ()), ("import --in-place", ("--in-place",))):
        small, big = bench.pairs(_import(bench, folder, "many-case", 2, more=more), _import(bench, large, "same-case", 2, more=more))
        section.figure(f"{words}, small files", _speed(facts, median(small)) + f", {median(small, 'cpu'):.1f} s CPU, "
                       f"{median(small, 'peak_mib'):.0f} MiB")
        section.figure(f"{words}, large files", _speed(large_facts, median(big)) + f", {median(big, 'cpu'):.1f} s CPU")
        per_byte = median_ratio(small, big) * large_facts["raw_bytes"] / facts["raw_bytes"]
        section.at_most(f"{words}: cost per byte, small / large", per_byte, 1.5)
    return section


def scaling(bench, data, rule_sets):
    """The sizes of mixed logs, each imported once per round; the large one makes a round long."""
    section = Section("Mixed logs: CloudTrail, VPC flow, ALB, WAF, S3 access and Resolver logs at three sizes",
                      "Import with the built-in rules, evidence copied. Two threads.")
    rounds, bench.runs = bench.runs, min(bench.runs, 3)
    sizes = {f"{size / 1e9:g} GB": data.mixed(size) for size in (500_000_000, 2_000_000_000, 10_000_000_000)}
    runs = dict(zip(sizes, bench.pairs(*(_import(bench, folder, "mixed", 2) for folder, _ in sizes.values()))))
    bench.runs = rounds
    cost = {}
    for name, (_, facts) in sizes.items():
        cost[name] = median(runs[name], "cpu") / facts["raw_bytes"]
        records = runs[name][0].json()["records"]
        store = (runs[name][0].case / "store.duckdb").stat().st_size
        section.figure(f"{name}: import", _speed(facts, median(runs[name])) + f", {median(runs[name], 'cpu'):.1f} s CPU, "
                       f"store {100 * store / facts['raw_bytes']:.1f} % of raw")
        section.figure(f"{name}: records", f"{records['read']:,} read, {records['stored']:,} stored, "
                       f"{records['duplicates']:,} duplicates")
        allowed = 1024 + 40 * facts["events"] / 2**20
        section.at_most(f"{name}: peak memory (1 GiB and 40 bytes an event)", median(runs[name], "peak_mib"), allowed, "{:.0f}",
                        " MiB")
    section.at_most("CPU time per byte, 10 GB / 0.5 GB", cost["10 GB"] / cost["0.5 GB"], 1.15)
    return section


def bomb(bench, data, rule_sets):
    path = data.bomb()
    harmless = bench.fresh("one-record.json")
    harmless.write_text('{"Records":[{"eventName":"ListUsers"}]}')
    section = Section("A gzip bomb: two gigabytes of spaces in two megabytes")
    (ours,) = bench.pairs(_import(bench, path, "bomb-case", 2, codes=(0, 4)))
    (small,) = bench.pairs(_import(bench, harmless, "harmless-case", 2))
    section.figure("import", f"{median(ours):.2f} s, exit code {ours[0].code}")
    section.figure("peak memory of the import / of an import of one record",
                   f"{median(ours, 'peak_mib'):.0f} / {median(small, 'peak_mib'):.0f} MiB")
    section.at_most("what the bomb costs", median(ours, "peak_mib") - median(small, "peak_mib"), 100, "{:.0f}", " MiB")
    return section


QUESTIONS = [
    ("count by name", "SELECT eventname, count(*) AS n FROM cloudtrail_logs GROUP BY 1 ORDER BY 2 DESC LIMIT 50"),
    ("one key's events by time",
     "SELECT eventtime, eventname, sourceipaddress FROM cloudtrail_logs WHERE useridentity.accesskeyid = '{key}' "
     "ORDER BY eventtime LIMIT 1000"),
    ("errors per principal",
     "SELECT useridentity.arn, count(*) AS n FROM cloudtrail_logs WHERE errorcode IS NOT NULL GROUP BY 1 ORDER BY 2 "
     "DESC LIMIT 50"),
    ("text in request parameters",
     "SELECT eventname, count(*) AS n FROM cloudtrail_logs WHERE requestparameters LIKE '%0.0.0.0/0%' GROUP BY 1"),
    ("distinct addresses per key",
     "SELECT useridentity.accesskeyid, count(DISTINCT sourceipaddress) AS n FROM cloudtrail_logs GROUP BY 1 ORDER BY 2 "
     "DESC LIMIT 50"),
]


def questions(bench, data, rule_sets):
    folder, facts = data.half()
    case = _import(bench, folder, "question-case", 2)().case
    section = Section(f"Typical questions on a case of {facts['raw_bytes'] / 1e6:,.0f} MB raw",
                      "Wall time of the whole `backtrail query` command, from process start to the last byte.")

    def query(sql):
        return bench.run(bench.backtrail, "query", "--case", case, "--output", "json", "--no-input", sql)

    key = query("SELECT useridentity.accesskeyid AS k, count(*) AS n FROM cloudtrail_logs WHERE "
                "useridentity.accesskeyid LIKE 'AKIA%' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1").json()["rows"][0][0]
    for name, sql in QUESTIONS:
        (runs,) = bench.pairs(lambda sql=sql: query(sql.format(key=key)))
        section.at_most(name, 1000 * median(runs), 100, "{:.0f}", " ms")
    return section


def start(bench, data, rule_sets):
    section = Section("Start")
    rounds = bench.runs
    bench.runs = max(rounds, 21)
    (runs,) = bench.pairs(lambda: bench.run(bench.backtrail, "--version"))
    bench.runs = rounds
    section.at_most("`backtrail --version`", 1000 * median(runs), 15, "{:.1f}", " ms")
    section.figure("size of the program", f"{bench.backtrail.stat().st_size / 1e6:.1f} MB")
    return section


_SECTIONS = {"scan": scan, "rules": many_rules, "small": small_files, "import": importing, "flows": flows, "alb": alb,
             "scaling": scaling, "many": many_files, "bomb": bomb, "questions": questions, "start": start}
NAMES = list(_SECTIONS)


def run(name, bench, data, rule_sets):
    section = _SECTIONS[name](bench, data, rule_sets)
    section.name = name
    return section
