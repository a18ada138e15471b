"""Rule sets: the SigmaHQ rules as given, and 800 made of them and of ours."""

import hashlib
import re
import shutil
import uuid

# An extra condition that hardly any event meets, so that each variation costs what its rule costs and a
# comparison more, while hits stay rare.
EXTRAS = [
    "userAgent|contains: 'variation-{n}'",
    "sourceIPAddress|startswith: '10.250.{n}.'",
    "requestParameters|contains: 'variation-{n}'",
    "userIdentity.arn|endswith: ':user/variation-{n}'",
    "requestParameters.name|re: 'variation-{n}[a-z]+'",
]


def variation(text, n):
    """The rule with a new id, title and an extra condition; None for texts this cannot vary."""
    condition = re.search(r"^( +)condition: +(\S[^\n]*)$", text, re.M)
    if condition is None or "\n---" in text or "correlation:" in text or condition.group(2)[0] in "|>[\"'":
        return None
    indent, expression = condition.groups()
    expression = re.sub(r"\s+#.*$", "", expression)
    extra = EXTRAS[n % len(EXTRAS)].format(n=n % 250)
    text = (text[: condition.start()] + f"{indent}bench_variation:\n{indent}  {extra}\n"
            f"{indent}condition: ({expression}) and bench_variation" + text[condition.end():])
    new_id = uuid.UUID(hashlib.md5(f"{n} {text}".encode()).hexdigest())
    text = re.sub(r"^id: .*$", f"id: {new_id}", text, count=1, flags=re.M)
    text = re.sub(r"^(name: .*)$", rf"\1_{n}", text, count=1, flags=re.M)
    return re.sub(r"^(title: .*)$", rf"\1 {n}", text, count=1, flags=re.M)


class RuleSets:
    def __init__(self, root, given, folder):
        self.root, self.given, self.folder = root, given, folder
        if not given.exists():
            raise SystemExit(f"bench: no rules at {given}; give the SigmaHQ AWS rules with --rules PATH")

    def sigma_hq(self):
        return self.given

    def given_count(self):
        return sum(1 for _ in self.given.rglob("*.yml"))

    def without(self, rule_ids):
        """A folder with the given rules but those."""
        folder = self.folder / "rules-narrow"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in sorted(self.given.rglob("*.yml")):
            if not any(re.search(rf"^id: +{re.escape(i)}\s*$", path.read_text(), re.M) for i in rule_ids):
                shutil.copy(path, folder / path.name)
        return folder

    def many(self, given, wanted=800):
        """A folder with the rules in `given` and variations of them and of ours, `wanted` in all."""
        folder = self.folder / f"rules-{wanted}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        given = sorted(given.rglob("*.yml"))
        for path in given:
            shutil.copy(path, folder / path.name)
        count = len(given)
        sources = [p.read_text() for p in given + sorted((self.root / "rules" / "cloudtrail").rglob("*.yml"))]
        n = 0
        while count < wanted:
            made = variation(sources[n % len(sources)], n)
            if made is not None:
                (folder / f"variation-{n:04}.yml").write_text(made)
                count += 1
            n += 1
        return folder
