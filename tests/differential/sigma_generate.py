"""Generates CloudTrail-like events and Sigma rules that touch every modifier and condition form.

Everything comes from one seed. Top-level fields keep the JSON types that CloudTrail gives them (text, or
absent, or null); what lies in requestParameters and responseElements takes any JSON value.
"""

import base64
import copy
import json
import random
import urllib.parse

WORDS = ["admin", "Admin", "ADMIN", "Straße", "STRASSE", "ſecret", "SECRET", "Kelvin", "KELVIN", "ΣΊΣΥΦΟΣ",
         "σίσυφος", "naïve", "NAÏVE", "a*b", "a?b", "a\\b", "a%b", "a_b", "x\"y", "tab\there", "line\nbreak",
         "", " ", "-", "null", "true", "5", "5.0", "05", "0x5", "1e3", "-7", "+7", "9007199254740993", "日本語",
         "😀", "C:\\Temp\\*", "s3 browser", "cmd -c start", "cmd /c start", "cmd –c start", "a-b -c",
         "10.1.2.3", "10.1.255.255", "192.168.0.1", "2001:db8::1", "::ffff:10.1.2.3", "10.1.2.3.4",
         "cloudformation.amazonaws.com", "AWS Internal", "arn:aws:iam::111122223333:user/alice", "alice",
         base64.b64encode(b"xx secret yy").decode(), base64.b64encode("a secret".encode("utf-16le")).decode(),
         base64.b64encode(b"\xff\xfe" + "secret".encode("utf-16le")).decode()]
TIMES = ["2024-02-29T23:59:59Z", "2023-07-10T11:42:31Z", "2024-12-30T00:00:00Z", "2021-01-03T12:05:00Z",
         "2023-07-10 11:42:31", "2023-07-10T11:42:31+02:00", "2023-07-10", "not a time", ""]
TIME_VALUES = {"minute": [0, 42, 59], "hour": [0, 11, 23], "day": [1, 3, 10, 29], "week": [1, 9, 28, 53],
               "month": [1, 2, 7, 12], "year": [2021, 2023, 2024]}
POLICY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:*", "iam:PassRole"]}]}

SOURCES = ["iam.amazonaws.com", "s3.amazonaws.com", "ec2.amazonaws.com", "sts.amazonaws.com"]
NAMES = ["CreateUser", "PutBucketPolicy", "AuthorizeSecurityGroupIngress", "AssumeRole", "createuser"]


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def scalar(self):
        r = self.r
        return r.choice([lambda: r.choice(WORDS), lambda: r.choice(WORDS), lambda: r.choice(WORDS),
                         lambda: r.choice([0, 1, 5, -7, 443, 1000, 2**53 + 1, 2**63, 5.0, 0.5, 1e300, -0.0]),
                         lambda: r.choice([True, False]), lambda: None])()

    def value(self, depth=0):
        k = self.r.random()
        if depth > 2 or k < 0.6:
            return self.scalar()
        if k < 0.7:
            return [self.value(depth + 1) for _ in range(self.r.randrange(4))]
        if k < 0.8:
            return json.dumps(POLICY)
        if k < 0.85:
            return urllib.parse.quote(json.dumps(POLICY), safe="")
        keys = self.r.sample(["key", "value", "cidrIp", "name", "b", "c", "b.c"], self.r.randrange(1, 4))
        return {key: self.value(depth + 1) for key in keys}

    def parameters(self):
        r = self.r
        if r.random() < 0.1:
            return r.choice([None, {}, []])
        out = {k: self.value() for k in r.sample(["name", "count", "flag", "tags", "a", "b.c", "a.b"], r.randrange(1, 6))}
        if r.random() < 0.4:
            out["items"] = [{"cidrIp": r.choice(WORDS), "port": self.scalar()} for _ in range(r.randrange(3))]
        if r.random() < 0.3:
            out["policyDocument"] = r.choice([json.dumps(POLICY), urllib.parse.quote(json.dumps(POLICY)), POLICY])
        if r.random() < 0.3:
            out["userName"] = r.choice(["alice", "Alice", "bob", "ſam", "SAM"])
        return out

    def event(self, number):
        r = self.r
        event = {"eventVersion": "1.08", "eventID": f"00000000-0000-4000-8000-{number:012x}",
                 "recipientAccountId": "111122223333", "eventName": r.choice(NAMES), "eventSource": r.choice(SOURCES),
                 "eventTime": r.choice(TIMES), "awsRegion": r.choice(["us-east-1", "eu-west-1"]),
                 "sourceIPAddress": r.choice(WORDS), "userAgent": r.choice(WORDS), "readOnly": r.choice([True, False])}
        user = {"type": r.choice(["IAMUser", "Root", "AssumedRole"]), "arn": "arn:aws:iam::111122223333:user/alice",
                "userName": r.choice(["alice", "ALICE", "bob", "sam"])}
        if r.random() < 0.5:
            user["sessionContext"] = {"attributes": {"mfaAuthenticated": r.choice(["true", "false"])},
                                      "sessionIssuer": {"type": "Role", "userName": r.choice(WORDS) or "x"}}
        event["userIdentity"] = user
        for field in ("errorCode", "errorMessage"):
            if r.random() < 0.4:
                event[field] = r.choice(["AccessDenied", "", None, "Client.UnauthorizedOperation"] + WORDS)
        for field in ("requestParameters", "responseElements", "additionalEventData"):
            if r.random() < 0.8:
                event[field] = self.parameters()
        if r.random() < 0.3:
            event["resources"] = [{"ARN": r.choice(WORDS) or "x", "accountId": "111122223333", "type": "AWS::S3::Bucket"}
                                  for _ in range(r.randrange(3))]
        return event

    # --- rules ---

    TEXT_FIELDS = ["eventName", "eventSource", "errorCode", "userAgent", "sourceIPAddress", "userIdentity.userName",
                   "userIdentity.sessionContext.sessionIssuer.userName", "readOnly", "resources.ARN"]
    JSON_FIELDS = ["requestParameters", "requestParameters.name", "requestParameters.count", "requestParameters.flag",
                   "requestParameters.tags", "requestParameters.tags.key", "requestParameters.a.b",
                   "requestParameters.a.b.c", "requestParameters.b.c", "requestParameters.items.cidrIp",
                   "requestParameters.items.port", "requestParameters.policyDocument", "requestParameters.userName",
                   "responseElements.name", "responseElements.tags.value", "additionalEventData.flag"]

    def field(self):
        return self.r.choice(self.TEXT_FIELDS + self.JSON_FIELDS * 2)

    def word(self):
        return self.r.choice([w for w in WORDS + NAMES + SOURCES + ["Allow", '"Effect":"Allow"', "iam:passrole", '{"key"']])

    def part(self):
        word = self.word()
        if len(word) < 2:
            return "a"
        start = self.r.randrange(len(word) - 1)
        return word[start:start + self.r.randrange(1, len(word) - start + 1)].strip("\\") or "e"

    def words(self, make):
        values = [make() for _ in range(self.r.randrange(1, 4))]
        return values[0] if len(values) == 1 else values

    def wild(self):
        word = list(self.word())
        for _ in range(self.r.randrange(1, 3)):
            word.insert(self.r.randrange(len(word) + 1), self.r.choice(["*", "?", "*", "\\*", "\\?", "\\\\*"]))
        return "".join(word)

    def item(self):
        """One `field|modifiers: value`, and the name of its form."""
        r, f = self.r, self.field()
        forms = {
            "plain": lambda: (f, self.words(self.word)),
            "wildcard": lambda: (f, self.words(self.wild)),
            "number": lambda: (f, r.choice([5, 0, -7, 443, 2**53 + 1, 0.5, 1000])),
            "boolean": lambda: (f, r.choice([True, False])),
            "null": lambda: (f, r.choice([None, [None, self.word()]])),
            "empty": lambda: (f, ""),
            "any": lambda: (f, "*"),
            "contains": lambda: (f + "|contains", self.words(self.part)),
            "startswith": lambda: (f + "|startswith", self.words(self.part)),
            "endswith": lambda: (f + "|endswith", self.words(self.part)),
            "contains_all": lambda: (f + "|contains|all", [self.part(), self.part()]),
            "all": lambda: (f + "|all", [self.wild(), self.wild()]),
            "cased": lambda: (f + "|cased", self.words(self.word)),
            "contains_cased": lambda: (f + "|contains|cased", self.words(self.part)),
            "startswith_cased": lambda: (f + "|startswith|cased", self.words(self.part)),
            "neq": lambda: (f + "|neq", self.words(self.word)),
            "contains_neq": lambda: (f + "|contains|neq", self.words(self.part)),
            "exists": lambda: (r.choice([f for f in self.JSON_FIELDS if "." in f]) + "|exists", r.choice([True, False])),
            "exists_column": lambda: (r.choice(self.TEXT_FIELDS) + "|exists", r.choice([True, False])),
            "re": lambda: (f + "|re", r.choice(["^a", "in$", "[0-9]+\\.[0-9]+", "(?i)secret", "^$", "s3.browser", "a.*b", "\\w+@?",
                                                "line$", "^break", "t\\th"])),
            "re_flags": lambda: (f + r.choice(["|re|i", "|re|m", "|re|s", "|re|i|m"]), r.choice(["^BREAK", "line$", "line.break", "SECRET", "straße"])),
            "re_pcre": lambda: (f + "|re", r.choice(["^(?!a)", "(?<=c)md", "(a)\\1", "(?>ad)min", "admin(?! x)"])),
            "cidr": lambda: (f + "|cidr", r.choice(["10.1.0.0/16", "10.1.2.3/32", "192.168.0.0/24", "0.0.0.0/0", "2001:db8::/32",
                                                    "::/0", "10.0.0.0/9"])),
            "compare": lambda: (f + r.choice(["|lt", "|lte", "|gt", "|gte"]), r.choice([0, 5, -7, 0.5, 1000, 443])),
            "time": lambda: (lambda part: ("eventTime|" + part, r.choice(TIME_VALUES[part])))(r.choice(sorted(TIME_VALUES))),
            "time_compare": lambda: ("eventTime|" + r.choice(["hour", "day", "month"]) + r.choice(["|gt", "|gte", "|lt", "|lte"]),
                                     r.choice([1, 7, 11, 12])),
            "windash": lambda: (f + "|windash|contains", r.choice([" -c", " /c start", "-c"])),
            "base64": lambda: (f + "|base64|contains", r.choice(["xx secret", "secret"])),
            "base64offset": lambda: (f + "|base64offset|contains", r.choice(["secret", "a secret"])),
            "wide": lambda: (f + r.choice(["|wide", "|utf16le"]) + "|base64offset|contains", "secret"),
            "utf16": lambda: (f + r.choice(["|utf16", "|utf16be"]) + "|base64|contains", "secret"),
            "fieldref": lambda: (f + "|fieldref", self.field()),
            "fieldref_part": lambda: ("requestParameters.userName|fieldref" + r.choice(["|contains", "|startswith", "|endswith"]),
                                      r.choice(["userIdentity.userName", "requestParameters.name"])),
        }
        form = r.choice(sorted(forms))
        return form, forms[form]()

    CONDITIONS = ["sel_a", "not sel_a", "sel_a and sel_b", "sel_a or sel_b", "sel_a and not sel_b", "1 of sel_*",
                  "all of sel_*", "not 1 of sel_*", "not all of sel_*", "1 of them", "all of them", "sel_a and (sel_b or not other)",
                  "any of sel_*", "not (sel_a and sel_b) or other", ["sel_a", "sel_b and other"], "not not sel_a",
                  "sel_a or not sel_b and other"]

    def search(self):
        """(search, forms used, fields read)"""
        forms, fields = set(), set()

        def maps():
            out = {}
            for _ in range(self.r.choice([1, 1, 2])):
                form, (key, value) = self.item()
                forms.add(form)
                fields.add(key.split("|")[0])
                if "fieldref" in key:
                    fields.add(value)
                out[key] = value
            return out
        return ([maps(), maps()] if self.r.random() < 0.15 else maps()), forms, fields

    def rule(self, number):
        """(rule, forms used, fields read)"""
        condition = self.r.choice(self.CONDITIONS)
        text = " ".join(condition) if isinstance(condition, list) else condition
        names = [n for n in ("sel_a", "sel_b", "other") if n in text or "them" in text or ("sel_*" in text and n != "other")]
        searches = {name: self.search() for name in names}
        if self.r.random() < 0.04:
            searches["sel_a"] = [self.word() or "e", self.part()], {"keywords"}, set()
        detection = {name: search for name, (search, _, _) in searches.items()}
        detection["condition"] = condition
        forms, fields = (set().union(*(s[i] for s in searches.values())) for i in (1, 2))
        return ({"title": f"generated {number}", "id": f"00000000-0000-4000-9000-{number:012x}", "status": "test",
                 "logsource": {"product": "aws", "service": "cloudtrail"}, "detection": detection, "level": "low"},
                forms, fields)


def events(seed, count):
    g = Generator(seed)
    return [copy.deepcopy(g.event(i)) for i in range(count)]


def rules(seed, count):
    g = Generator(seed + 1)
    return [g.rule(i) for i in range(count)]
