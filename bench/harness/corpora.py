"""The logs that are measured: amplified from the generated sample (or given logs), kept between runs."""

import json
import random
import shutil
import zlib

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

    def flows(self):
        """0.8 GB of flow log text, version 5 with all of its fields and a header, in files of 100,000 lines: hosts of a few networks talk to
        each other and outside, one line in fifty refused, one in a hundred NODATA, one in a hundred to a port
        that rules look at."""
        lines = int(4_000_000 * self.factor)
        path = self.folder / f"flows-v5-{lines}"
        facts = path.with_suffix(".json")
        if not facts.exists():
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            dice = random.Random(SEED)
            hosts = [f"10.0.{n}.{h}" for n in range(20) for h in range(4, 40)]
            outside = [f"{dice.randrange(11, 223)}.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"
                       for _ in range(5000)]
            usual, rare = (443, 443, 443, 443, 80, 8080, 53, 123), (22, 3306, 3389, 5432)
            files = size = 0
            for first in range(0, lines, 100_000):
                rows = ["version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end "
                        "action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region "
                        "az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction "
                        "traffic-path"]
                for at in range(first, min(first + 100_000, lines)):
                    host, eni = dice.choice(hosts), dice.randrange(720)
                    start = 1_770_000_000 + at // 50
                    if dice.random() < 0.01:
                        rows.append(f"5 123456789010 eni-{eni:017x} - - - - - - - {start} {start + 59} - NODATA "
                                    f"vpc-0a1b2c3d subnet-{eni % 20:017x} - - - - - us-east-1 use1-az{eni % 6 + 1} - - - - - -")
                        continue
                    other = dice.choice(outside if dice.random() < 0.5 else hosts)
                    ports = (dice.randrange(1024, 65535), dice.choice(usual if dice.random() < 0.99 else rare))
                    out = dice.random() < 0.5
                    ends = (host, other, *ports) if out else (other, host, *ports[::-1])
                    packets = dice.randrange(1, 60) if dice.random() < 0.01 else dice.randrange(4, 60)
                    rows.append(f"5 123456789010 eni-{eni:017x} {ends[0]} {ends[1]} {ends[2]} {ends[3]} 6 {packets} "
                                f"{packets * dice.randrange(40, 1500)} {start} {start + 59} "
                                f"{'REJECT' if dice.random() < 0.02 else 'ACCEPT'} OK vpc-0a1b2c3d "
                                f"subnet-{eni % 20:017x} i-{eni:017x} {dice.choice((2, 3, 18, 19, 0))} IPv4 {ends[0]} {ends[1]} "
                                f"us-east-1 use1-az{eni % 6 + 1} - - - {'S3' if eni % 7 == 0 else '-'} "
                                f"{'egress' if out else 'ingress'} {8 if out else '-'}")
                text = "\n".join(rows) + "\n"
                (path / f"{files:04}.log").write_text(text)
                files += 1
                size += len(text)
            facts.write_text(json.dumps({"files": files, "events": lines, "raw_bytes": size}))
        return path, json.loads(facts.read_text())

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
