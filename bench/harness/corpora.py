"""The logs that are measured: amplified from the generated sample (or given logs), kept between runs."""

import gzip
import json
import shutil
import zlib

from harness import made_logs

SEED = 1


class Corpora:
    def __init__(self, bench, folder, logs, factor):
        self.bench, self.folder, self.factor = bench, folder, factor
        folder.mkdir(parents=True, exist_ok=True)
        self.source = "the generated sample" if logs is None else "given logs"
        self.logs = logs

    def _seed_logs(self):
        if self.logs is not None:
            return self.logs
        sample = self.folder / "sample"
        if not (sample / "truth.json").exists():
            shutil.rmtree(sample, ignore_errors=True)
            self.bench.run(self.bench.backtrail, "demo", sample)
        return sample / "AWSLogs"

    def _amplified(self, name, raw_bytes, per_file):
        """The folder and its facts (files, events, raw_bytes, gzip_bytes)."""
        raw_bytes = int(raw_bytes * self.factor)
        source = "sample" if self.logs is None else f"{self.logs.name}-{zlib.crc32(str(self.logs.resolve()).encode()):x}"
        path = self.folder / f"{name}-{raw_bytes}-{source}"
        facts = path.with_suffix(".json")
        if not facts.exists():
            shutil.rmtree(path, ignore_errors=True)
            made = self.bench.run(self.bench.program("amplify"), self._seed_logs(), path, raw_bytes, per_file, SEED)
            facts.write_text(made.output)
        return path, json.loads(facts.read_text())

    def half(self):
        """0.5 GB raw in files of 400 records."""
        return self._amplified("half", 500_000_000, 400)

    def large(self):
        """2 GB raw in files of 400 records."""
        return self._amplified("large", 2_000_000_000, 400)

    def small_files(self):
        """Ten thousand files of six records."""
        path, facts = self._amplified("small-files", 92_000_000, 6)
        return path, facts

    def many_files(self):
        """A hundred thousand files of six records."""
        return self._amplified("many-files", 920_000_000, 6)

    def same_in_large_files(self):
        """The same bytes in files of 400 records."""
        return self._amplified("same-bytes", 920_000_000, 400)

    def flows(self):
        """0.9 GB of flow log text with a header, in files of 100,000 lines."""
        return self._lines("flows-v5", made_logs.flow_lines, int(4_000_000 * self.factor), made_logs.FLOW_HEADER)

    def alb(self):
        """0.5 GB of ALB access logs as text, in files of 100,000 lines."""
        return self._lines("alb", made_logs.alb_lines, int(1_000_000 * self.factor))

    def _lines(self, name, lines, count, header=""):
        path = self.folder / f"{name}-{count}"
        facts = path.with_suffix(".json")
        if not facts.exists():
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            size = files = 0
            for first in range(0, count, 100_000):
                text = made_logs.text(lines, SEED + files, min(100_000, count - first), 1_770_000_000 + first // 50, header)
                (path / f"{files:04}.log").write_text(text)
                files += 1
                size += len(text)
            facts.write_text(json.dumps({"files": files, "events": count, "raw_bytes": size}))
        return path, json.loads(facts.read_text())

    def mixed(self, raw_bytes):
        """Of each ten bytes four CloudTrail (amplified), three flow logs, and one each of ALB, WAF and S3 access
        with Resolver logs; gzip. Blocks of lines come again under other accounts."""
        raw_bytes = int(raw_bytes * self.factor)
        path = self.folder / f"mixed-{raw_bytes}"
        facts = path.with_suffix(".json")
        if facts.exists():
            return path, json.loads(facts.read_text())
        shutil.rmtree(path, ignore_errors=True)
        made = self.bench.run(self.bench.program("amplify"), self._seed_logs(), path / "cloudtrail", raw_bytes * 4 // 10,
                              400, SEED)
        total = json.loads(made.output)
        for name, lines, count, header, share in (
                ("vpcflowlogs", made_logs.flow_lines, 60_000, made_logs.FLOW_HEADER, 30),
                ("elasticloadbalancing", made_logs.alb_lines, 20_000, "", 10), ("waf", made_logs.waf_lines, 12_000, "", 10),
                ("s3access", made_logs.s3_lines, 12_000, "", 5), ("resolver", made_logs.resolver_lines, 12_000, "", 5)):
            (path / name).mkdir(parents=True)
            blocks = [made_logs.text(lines, seed, count, 1_770_000_000 + 4000 * seed, header) for seed in range(4)]
            size = number = 0
            while size < raw_bytes * share // 100:
                raw = made_logs.under_account(blocks[number % 4], number).encode()
                (path / name / f"{number:05}.log.gz").write_bytes(gzip.compress(raw, 1, mtime=0))
                number, size = number + 1, size + len(raw)
                total["events"] += count
            total["files"] += number
            total["raw_bytes"] += size
        facts.write_text(json.dumps(total))
        return path, total

    def bomb(self):
        """Two gigabytes of spaces, two megabytes of gzip."""
        path = self.folder / "bomb" / "bomb.json.gz"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            block = b" " * (1 << 20)
            with open(path.with_suffix(".part"), "wb") as out:
                out.write(packer.compress(b'{"Records":['))
                for _ in range(2048):
                    out.write(packer.compress(block))
                out.write(packer.compress(b"]}") + packer.flush())
            path.with_suffix(".part").rename(path)
        return path
