"""Logs other than CloudTrail, made from a seed: lines of one account, to be repeated under other accounts."""

import json
import random
import time

ACCOUNT = "123456789010"  # in each line once or more
HEX = "0123456789abcdef"
HOSTS = [f"10.0.{n}.{h}" for n in range(20) for h in range(4, 40)]
PATHS = ["/", "/cart", "/api/orders", "/api/orders?limit=50&offset=100", "/static/app.js", "/login", "/health", "/search?q=blue"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "curl/8.5.0", "ELB-HealthChecker/2.0",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"]
FLOW_HEADER = ("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
               "log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type "
               "sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path")


def outside_addresses(dice):
    return [f"{dice.randrange(11, 223)}.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"
            for _ in range(5000)]


def flow_lines(dice, count, start):
    """Version 5 with all of its fields: hosts of a few networks talk to each other and outside; of a hundred lines
    two are refused, one is NODATA, one goes to a port that rules look at."""
    outside = outside_addresses(dice)
    usual, rare = (443, 443, 443, 443, 80, 8080, 53, 123), (22, 3306, 3389, 5432)
    for at in range(count):
        host, eni = dice.choice(HOSTS), dice.randrange(720)
        begin = start + at // 50
        if dice.random() < 0.01:
            yield (f"5 {ACCOUNT} eni-{eni:017x} - - - - - - - {begin} {begin + 59} - NODATA vpc-0a1b2c3d "
                   f"subnet-{eni % 20:017x} - - - - - us-east-1 use1-az{eni % 6 + 1} - - - - - -")
            continue
        other = dice.choice(outside if dice.random() < 0.5 else HOSTS)
        ports = (dice.randrange(1024, 65535), dice.choice(usual if dice.random() < 0.99 else rare))
        out = dice.random() < 0.5
        ends = (host, other, *ports) if out else (other, host, *ports[::-1])
        packets = dice.randrange(1, 60) if dice.random() < 0.01 else dice.randrange(4, 60)
        yield (f"5 {ACCOUNT} eni-{eni:017x} {ends[0]} {ends[1]} {ends[2]} {ends[3]} 6 {packets} "
               f"{packets * dice.randrange(40, 1500)} {begin} {begin + 59} "
               f"{'REJECT' if dice.random() < 0.02 else 'ACCEPT'} OK vpc-0a1b2c3d "
               f"subnet-{eni % 20:017x} i-{eni:017x} {dice.choice((2, 3, 18, 19, 0))} IPv4 {ends[0]} {ends[1]} "
               f"us-east-1 use1-az{eni % 6 + 1} - - - {'S3' if eni % 7 == 0 else '-'} "
               f"{'egress' if out else 'ingress'} {8 if out else '-'}")


def _stamp(at, form="%Y-%m-%dT%H:%M:%S"):
    return time.strftime(form, time.gmtime(at))


def _hex(dice, length):
    return f"{dice.getrandbits(4 * length):0{length}x}"


def alb_lines(dice, count, start):
    outside = outside_addresses(dice)
    for at in range(count):
        when = f"{_stamp(start + at // 50)}.{dice.randrange(10**6):06}Z"
        client, target, path = dice.choice(outside), dice.choice(HOSTS), dice.choice(PATHS)
        status = dice.choice((200, 200, 200, 200, 200, 200, 302, 304, 404, 500))
        trace = f"1-{start + at // 50:08x}-{_hex(dice, 24)}"
        arn = f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:targetgroup/web/73e2d6bc24d8a067"
        yield (f"https {when} app/web/50dc6c495c0c9188 {client}:{dice.randrange(1024, 65535)} {target}:80 "
               f"0.00{dice.randrange(10)} 0.{dice.randrange(1000):03} 0.000 {status} {status} {dice.randrange(34, 4000)} "
               f'{dice.randrange(200, 90000)} "GET https://shop.example.com:443{path} HTTP/1.1" "{dice.choice(AGENTS)}" '
               f'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {arn} "Root={trace}" "shop.example.com" '
               f'"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012" 0 {when} "forward" '
               f'"-" "-" "{target}:80" "{status}" "-" "-" TID_{_hex(dice, 32)}')


def s3_lines(dice, count, start):
    outside = outside_addresses(dice)
    for at in range(count):
        when = _stamp(start + at // 20, "%d/%b/%Y:%H:%M:%S +0000")
        operation, verb = dice.choice((("REST.GET.OBJECT", "GET"), ("REST.PUT.OBJECT", "PUT"), ("REST.HEAD.OBJECT", "HEAD")))
        key = f"orders/2026/{_hex(dice, 12)}.json"
        yield (f"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be shop-data [{when}] {dice.choice(outside)} "
               f"arn:aws:sts::{ACCOUNT}:assumed-role/app/i-{_hex(dice, 17)} {_hex(dice, 16).upper()} {operation} {key} "
               f'"{verb} /shop-data/{key} HTTP/1.1" 200 - {dice.randrange(100, 90000)} {dice.randrange(100, 90000)} '
               f'{dice.randrange(9, 90)} {dice.randrange(1, 9)} "-" "aws-sdk-go/1.44" - {_hex(dice, 40)}= SigV4 '
               f"ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop-data.s3.us-east-1.amazonaws.com TLSv1.3 - -")


def waf_lines(dice, count, start):
    outside = outside_addresses(dice)
    for at in range(count):
        yield json.dumps({
            "timestamp": (start + at // 20) * 1000 + dice.randrange(1000), "formatVersion": 1,
            "webaclId": f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/shop/1a2b3c4d-0000-4000-8000-000000000001",
            "terminatingRuleId": "Default_Action", "terminatingRuleType": "REGULAR",
            "action": "ALLOW" if dice.random() < 0.97 else "BLOCK", "terminatingRuleMatchDetails": [],
            "httpSourceName": "ALB", "httpSourceId": f"{ACCOUNT}-app/web/50dc6c495c0c9188", "ruleGroupList": [],
            "rateBasedRuleList": [], "nonTerminatingMatchingRules": [], "requestHeadersInserted": None,
            "responseCodeSent": None,
            "httpRequest": {"clientIp": dice.choice(outside), "country": dice.choice(("DE", "US", "FR", "JP")),
                            "headers": [{"name": "Host", "value": "shop.example.com"},
                                        {"name": "User-Agent", "value": dice.choice(AGENTS)},
                                        {"name": "Accept", "value": "*/*"}],
                            "uri": dice.choice(PATHS).split("?")[0], "args": "", "httpVersion": "HTTP/1.1",
                            "httpMethod": "GET", "requestId": f"1-{_hex(dice, 8)}-{_hex(dice, 24)}"},
            "labels": [{"name": "awswaf:clientip:geo:country:DE"}]}, separators=(",", ":"))


def resolver_lines(dice, count, start):
    names = [f"{word}{n}.example.{top}." for word in ("api", "cdn", "mail", "db") for n in range(200) for top in ("com", "net")]
    for at in range(count):
        yield json.dumps({
            "version": "1.100000", "account_id": ACCOUNT, "region": "us-east-1", "vpc_id": "vpc-0a1b2c3d",
            "query_timestamp": _stamp(start + at // 20) + "Z", "query_name": dice.choice(names), "query_type": "A",
            "query_class": "IN", "rcode": "NOERROR",
            "answers": [{"Rdata": f"198.51.100.{dice.randrange(256)}", "Type": "A", "Class": "IN"}],
            "srcaddr": dice.choice(HOSTS), "srcport": str(dice.randrange(1024, 65535)), "transport": "UDP",
            "srcids": {"instance": f"i-{_hex(dice, 17)}"}}, separators=(",", ":"))


def text(lines, seed, count, start, header=""):
    made = lines(random.Random(seed), count, start)
    return (header + "\n" if header else "") + "\n".join(made) + "\n"


def under_account(block, number):
    """The block as another account's."""
    return block.replace(ACCOUNT, f"{int(ACCOUNT) + number}")
