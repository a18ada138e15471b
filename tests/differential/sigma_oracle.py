#!/usr/bin/env python3
"""Compares three evaluations of generated Sigma rules on generated events.

  sigma_oracle.py SIGMA_EVAL FOLDER [--seed N] [--events N] [--rules N]

SIGMA_EVAL is the built tests/differential/sigma_eval.cc (native matcher and our SQL on DuckDB); the third
is pySigma with its SQLite back end, which must be importable. Native and SQL must agree everywhere, except
where a note of the SQL says why. The oracle is asked where it can answer: one text column per field, so no
arrays, objects or literal keys with dots on a rule's paths, and ASCII text (SQLite folds ASCII only).
Differences with it are allowed only for the forms in ARGUED; docs/sigma.md argues each.
Exit code 1 when something else differs.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys

import sigma_generate
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

ARGUED = {
    "boolean": "SQLite writes true as 1, and so matches the number",
    "cidr": "the back end turns networks into prefixes of text, which also match what is no address",
    "compare": "SQLite compares a number with a TEXT column as text",
    "exists": "a column of texts holds JSON null like an absent field",
    "exists_column": "a column of texts holds JSON null like an absent field",
    "number": "a rule's number equals a JSON number by value, not by spelling",
    "time": "SQLite's week is not ISO 8601's, and it converts offsets to UTC",
    "time_compare": "pySigma drops the part of the time before a comparison",
}

OUTSIDE = object()


def walk(value, path):
    """The text at the path, None, or OUTSIDE where flattening would decide the answer."""
    if not path:
        if isinstance(value, (dict, list)):
            return OUTSIDE
        return value if value is None or isinstance(value, str) else json.dumps(value)
    if isinstance(value, list):
        return OUTSIDE
    if not isinstance(value, dict):
        return None
    if any(key.startswith(path[0] + ".") for key in value):
        return OUTSIDE
    return walk(value[path[0]], path[1:]) if path[0] in value else None


def holds_null(event, fields):
    return any(field in event and event[field] is None for field in fields)


def run_ours(program, folder):
    out = subprocess.run([program, folder / "rules", folder / "events.jsonl"], capture_output=True, text=True, check=True).stdout
    lines = [line.split("\t") for line in out.split("\n") if line]
    by_kind = collections.defaultdict(list)
    for kind, *rest in lines:
        by_kind[kind].append(rest)
    if not by_kind["done"]:
        sys.exit("sigma_eval did not finish")
    return by_kind


def convert_quietly(rule):
    """pySigma's regular-expression library writes to file descriptor 2."""
    kept, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        return sqliteBackend().convert(SigmaCollection.from_yaml(rule))
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


class Oracle:
    """One table of texts; rules are converted one by one."""

    def __init__(self, events):
        fields = sorted(set(sigma_generate.Generator.TEXT_FIELDS + sigma_generate.Generator.JSON_FIELDS + ["eventTime"]))
        self.rows = {e["eventID"]: {f: walk(e, f.split(".")) for f in fields} for e in events}
        self.db = sqlite3.connect(":memory:")
        self.db.create_function("regexp", 2, lambda p, s: s is not None and re.search(p, s) is not None)
        self.db.execute("CREATE TABLE logs (eventID TEXT, " + ", ".join(f'"{f}" TEXT COLLATE NOCASE' for f in fields) + ")")
        for event_id, row in self.rows.items():
            self.db.execute("INSERT INTO logs VALUES (" + ", ".join("?" * (len(fields) + 1)) + ")",
                            [event_id] + [None if v is OUTSIDE else v for v in row.values()])

    def hits(self, rule):
        sqls = convert_quietly(json.dumps(rule, ensure_ascii=False))
        return {row[0] for sql in sqls for row in self.db.execute(sql.replace("SELECT *", "SELECT eventID", 1))}

    def can_judge(self, event_id, fields):
        values = [self.rows[event_id][f] for f in fields]
        return all(v is None or (v is not OUTSIDE and v.isascii() and not v.startswith("%7")) for v in values)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("sigma_eval", type=pathlib.Path)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--events", type=int, default=300)
    options.add_argument("--rules", type=int, default=600)
    options.add_argument("--show", type=int, default=5)
    o = options.parse_args()

    events = sigma_generate.events(o.seed, o.events)
    rules = sigma_generate.rules(o.seed, o.rules)
    (o.folder / "rules").mkdir(parents=True, exist_ok=True)
    (o.folder / "events.jsonl").write_text("".join(json.dumps(e, ensure_ascii=False) + "\n" for e in events))
    (o.folder / "rules" / "generated.yml").write_text(
        "\n---\n".join(json.dumps(rule, ensure_ascii=False) for rule, _, _ in rules))
    ours = run_ours(o.sigma_eval, o.folder)
    for path, text in ours["rejected"]:
        print("rejected:", path, text)
    for rule, text in ours["no_sql"]:
        print("no SQL:", rule, text)
    hits = {kind: collections.defaultdict(set) for kind in ("native", "sql")}
    for kind in hits:
        for rule, event in ours[kind]:
            hits[kind][rule].add(event)
    noted = {rule for rule, _ in ours["note"]}

    bad = len(ours["rejected"]) + len(ours["no_sql"])
    noted_differences = 0
    by_id = {event["eventID"]: event for event in events}
    for rule, forms, fields in rules:
        differs = hits["native"][rule["id"]] ^ hits["sql"][rule["id"]]
        # What the notes say: keywords, and JSON null in a column.
        if rule["id"] in noted and ("keywords" in forms or all(holds_null(by_id[e], fields) for e in differs)):
            noted_differences += len(differs)
        elif differs:
            bad += 1
            print(f"NATIVE AND SQL DIFFER on {len(differs)} events:", sorted(forms), json.dumps(rule["detection"], ensure_ascii=False))
    print(f"native and SQL: {len(rules)} rules x {len(events)} events = {len(rules) * len(events)} checks, "
          f"{sum(map(len, hits['native'].values()))} hits; {noted_differences} differences in rules whose SQL says so")

    oracle = Oracle(events)
    refused, outside, compared = collections.Counter(), 0, 0
    argued, shown = collections.Counter(), 0
    for rule, forms, fields in rules:
        if "keywords" in forms or not json.dumps(rule["detection"], ensure_ascii=False).isascii():
            outside += len(events)
            continue
        try:
            found = oracle.hits(rule)
        except Exception as error:  # the oracle refuses in many ways; each is counted by its kind
            refused[f"{type(error).__name__}: {str(error)[:60]}"] += 1
            continue
        differs = 0
        for event in events:
            if not oracle.can_judge(event["eventID"], fields):
                outside += 1
                continue
            compared += 1
            differs += (event["eventID"] in found) != (event["eventID"] in hits["native"][rule["id"]])
        if not differs:
            continue
        reasons = sorted({ARGUED[form] for form in forms & ARGUED.keys()})
        if reasons:
            argued["; or ".join(reasons)] += differs
        if not reasons:
            bad += 1
            shown += 1
            if shown <= o.show:
                print(f"ORACLE DIFFERS on {differs} events:", sorted(forms), json.dumps(rule["detection"], ensure_ascii=False))
    print(f"oracle: {compared} checks compared, {outside} outside what it can answer, {sum(refused.values())} rules refused by it")
    for text, count in refused.most_common():
        print(f"  refused {count}: {text}")
    for reasons, count in argued.most_common():
        print(f"  {count} differences: {reasons}")
    print("ok" if bad == 0 else f"{bad} rules fail")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
