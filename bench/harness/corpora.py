"""The logs that are measured: amplified from the generated sample (or given logs), kept between runs."""

import json
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
