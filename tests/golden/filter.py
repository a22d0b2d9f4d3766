#!/usr/bin/env python3
"""filter.py FOLDER: makes data/*.jsonl here from a folder of collected recordings.

Keeps the operations that the emulator implements and of each case only what the test needs. Every
line names its source; the files' origins and licences are in data/README.md. A case whose outcome
depends on what no record tells is left out, and counted under its reason.
"""
import collections
import json
import pathlib
import re
import sys

OPERATIONS = {
    "BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable",
    "DescribeContinuousBackups", "DescribeEndpoints", "DescribeLimits", "DescribeTimeToLive",
    "GetItem", "ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan", "TagResource",
    "TransactGetItems", "TransactWriteItems", "UntagResource", "UpdateContinuousBackups",
    "UpdateItem", "UpdateTable", "UpdateTimeToLive"}
SOURCES = {
    "architect/dynalite": "dynalite", "nubo-db/dynamodb-conformance": "conformance",
    "google/go-cloud": "go-cloud", "localstack/localstack": "localstack", "getmoto/moto": "moto",
    "paritysuite/dynamodb-conformance": "paritysuite"}

LEFT_OUT = collections.Counter()


def left_out(case, reason):
    """Counts a case that is not kept, if there is a reason."""
    if reason:
        LEFT_OUT[source(case), reason] += 1
    return bool(reason)


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def source(case):
    return SOURCES.get((case.get("source") or {}).get("repo"))


def compact(case):
    return {key: value for key, value in case.items() if value not in (None, [], {})
            or key == "request" or key == "response" and value is not None}


def only_known(requests):
    return requests is None or (isinstance(requests, list) and
                                all(one["operation"] in OPERATIONS for one in requests))


def message(case):
    """The message; in patterns, braces that are no quantifier are escaped."""
    def escaped(text):
        pattern = text.startswith(("/", "RE:")) or case["message_match"].startswith("regex")
        return re.sub(r"(?<![\\])\{(?!\d)|(?<![\\\d])\}", r"\\\g<0>", text) if pattern else text
    text = case["message"]
    return [escaped(one) for one in text] if isinstance(text, list) else text and escaped(text)


def errors(folder):
    seen = set()
    for case in lines(folder / "errors.jsonl"):
        precondition = case.get("precondition") or {}
        usable = (case["operation"] in OPERATIONS and source(case) and case["request"] is not None
                  and only_known(precondition.get("setup")))
        if not usable or left_out(case, state_not_told(case, precondition)):
            continue
        kept = compact({
            "source": source(case), "behaviour": "2026-10" if source(case) == "moto" else None,
            "operation": case["operation"], "request": case["request"],
            "setup": precondition.get("setup"), "session": precondition.get("session"),
            "seq": precondition.get("seq"), "creating": creating(case, precondition),
            "status": case["status"], "type": case["__type"],
            "message": message(case), "match": case["message_match"], "extra": case.get("extra")})
        text = json.dumps(kept, separators=(",", ":"), ensure_ascii=False).replace("<table>", "tbl")
        if text not in seen:
            seen.add(text)
            yield text


def creating(case, precondition):
    """True where a table that the setup has just made cannot be used yet."""
    made = [step["request"]["TableName"] for step in precondition.get("setup") or []
            if step["operation"] == "CreateTable"]
    refused = case["message"] == "Requested resource not found" or "being created" in str(case["message"])
    used = json.dumps(case["request"])
    return True if refused and any(f'"{table}"' in used for table in made) else None


def state_not_told(case, precondition):
    """Why a refusal cannot be had again from what the record holds."""
    told = precondition.get("setup") or precondition.get("session")
    if (case["__type"].endswith("ConditionalCheckFailedException") and not told
            and str(case["request"].get("ConditionExpression")).startswith("attribute_not_exists")):
        return "the item that the condition meets is not told"
    return None


def key_schema(text):
    """The CreateTable members of a schema like "pk:S (hash), sk:S (range); gsi1 hash x:S"."""
    table, *indexes = [part.strip() for part in (text or "pk:S (hash)").split(";")]
    types = dict(re.findall(r"(\w+):([SNB])", text or "pk:S"))
    keys = [(name, kind.upper()) for name, _, kind in
            re.findall(r"(\w+):([SNB]) \((hash|range)\)", table)]
    create = {"KeySchema": elements(keys), "BillingMode": "PAY_PER_REQUEST"}
    for index in indexes:
        words = index.replace("GSI ", "").split()
        name, rest = words[0], " ".join(words[1:])
        found = re.findall(r"(?i)(hash|range|on) ([\w,:]+)", rest)
        attributes = [(one.split(":")[0], "HASH" if kind.lower() == "on" else kind.upper())
                      for kind, names in found for one in names.strip(",").split(",")]
        local = name.startswith("lsi")
        if local:
            attributes.insert(0, keys[0])
        for attribute, _ in attributes:
            types.setdefault(attribute, "S")
        projection = "KEYS_ONLY" if "KEYS_ONLY" in rest else "ALL"
        create.setdefault("LocalSecondaryIndexes" if local else "GlobalSecondaryIndexes", []).append(
            {"IndexName": name, "KeySchema": elements(attributes),
             "Projection": {"ProjectionType": projection}})
    create["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind}
                                      for name, kind in types.items()]
    return create


def elements(keys):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]


def in_us_east_1(case):
    """Whether an answer of the older kind is what us-east-1 gave in October 2026.

    "eight of ten" leaves out eu-west-2 and eu-north-1, which the newer kind's note names.
    """
    note = case["regions_note"]
    return "us-east-1" in note or "other" in note or "eight of ten" in note


def errors_2026(folder):
    cases = [case for case in lines(folder / "errors-2026.jsonl")
             if case["operation"] in OPERATIONS and case["request"] is not None
             and "precondition" not in case and "<hex>" not in case["regions_note"]]
    # The two kinds of answer to one request are told apart by their regions, whatever the
    # condition's wording.
    group = lambda case: (case["operation"], case.get("table_schema"), json.dumps(case["request"]))
    older = {group(case) for case in cases
             if case["behaviour"] == "aws-2026-05" and in_us_east_1(case)}
    for case in cases:
        if case["behaviour"] == "aws-2026-05":
            behaviour = "2026-10" if in_us_east_1(case) else "2026-05"
        elif group(case) in older:
            continue
        else:
            behaviour = "2026-10"
        create = [] if case["operation"] == "CreateTable" else [
            {"operation": "CreateTable",
             "request": {"TableName": "<table>"} | key_schema(case.get("table_schema"))}]
        text = json.dumps(compact({
            "source": "paritysuite", "behaviour": behaviour, "condition": case["condition"],
            "operation": case["operation"], "request": case["request"], "setup": create,
            "status": case["status"], "type": case["__type"], "message": message(case),
            "match": case["message_match"], "reasons": case.get("cancellation_reasons")}),
            separators=(",", ":"), ensure_ascii=False)
        yield text.replace("<table>", "tbl").replace("<absent-table>", "absent")


def numbers(value, name):
    """Every number under a name, however deep."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == name and isinstance(member, (int, float)):
                yield member
            yield from numbers(member, name)
    elif isinstance(value, list):
        for element in value:
            yield from numbers(element, name)


def finds_items(case):
    """Whether an answer can only come from a table with items in it."""
    response = json.dumps(case["response"]) if case["response"] else ""
    batches = (case["request"].get("RequestItems") or {}).values()
    asked = max(1, sum(len(batch["Keys"]) for batch in batches))
    return (any(word in response for word in ('{"S"', '{"N"', '{"B"'))
            or any(count > 0 for count in numbers(case["response"], "Count"))
            or any(units > asked for units in numbers(case["response"], "CapacityUnits"))
            or any(one["check"] != "toBeUndefined" and one.get("value") != 0
                   for one in case.get("assertions") or []))


def writes(step):
    """The single writes of a call: (table, key or item, condition)."""
    request = step["request"]
    if step["operation"] in ("PutItem", "UpdateItem", "DeleteItem"):
        yield request["TableName"], request.get("Key") or request["Item"], request.get("ConditionExpression")
    if step["operation"] == "TransactWriteItems":
        for item in request["TransactItems"]:
            for action in item.values():
                yield action["TableName"], action.get("Key") or action["Item"], action.get("ConditionExpression")


def setup_builds_on_more(case):
    """Whether a step of the setup has a condition on an item that no earlier step wrote."""
    written = set()
    for step in case.get("setup") or []:
        for table, item, condition in writes(step):
            place = table, json.dumps(item.get("pk"))
            needs = condition and "not_exists" not in condition and not condition.startswith("NOT ")
            if needs and place not in written:
                return True
            written.add(place)
    return False


def tables_of(request):
    """The tables that a request names, by name or by ARN."""
    names = [request[name] for name in ("TableName", "ResourceArn") if name in request]
    names += request.get("RequestItems") or ()
    for item in request.get("TransactItems") or []:
        names += [action["TableName"] for action in item.values()]
    return {name.rsplit("/")[-1] for name in names}


def asserts_two_moments(case):
    values = collections.defaultdict(set)
    for one in case.get("assertions") or []:
        if one["check"] == "toBe":
            values[one["path"]].add(json.dumps(one.get("value")))
    return any(len(held) > 1 for held in values.values())


def conditions_on_unseen(case, session, answers):
    """Whether a condition held for a revision that nothing earlier in the session wrote or read."""
    if case["status"] != 200:
        return False
    seen = ""
    for step in session["requests"]:
        if step["seq"] == case["seq"]:
            break
        answer = answers.get((case["session"], step["seq"]))
        seen += json.dumps(step["request"]) + json.dumps(answer and answer["response"])
    request = case["request"]
    actions = [request] + [action for item in request.get("TransactItems") or []
                           for action in item.values()]
    for action in actions:
        if re.fullmatch(r"#\w+ = :\w+", action.get("ConditionExpression") or ""):
            value = action["ExpressionAttributeValues"][action["ConditionExpression"].split(" = ")[1]]
            if value.get("S", "") not in seen:
                return True
    return False


def answer_not_told(case, known_tables, sessions_by_name, answers):
    """Why an answer cannot be had again from what the record holds."""
    if case.get("session"):
        if conditions_on_unseen(case, sessions_by_name[case["session"]], answers):
            return "the item that the condition meets was there before the recording began"
        return None
    setup = case.get("setup") or []
    made = known_tables[source(case)] | {step["request"]["TableName"] for step in setup
                                         if step["operation"] == "CreateTable"}
    if case["operation"] != "CreateTable" and not tables_of(case["request"]) <= made:
        return "the table is not told"
    if asserts_two_moments(case):
        return "the assertions are of two moments"
    reads = case["operation"] in ("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan")
    told = any(step["operation"] not in ("CreateTable", "GetItem", "Query", "Scan") for step in setup)
    if reads and finds_items(case) and not told:
        return "the items that are read are not told"
    if setup_builds_on_more(case):
        return "the items that the setup's conditions meet are not told"
    return None


def comparable(case):
    """The response, with placeholders where it tells of a table's past or leaves something out."""
    response = json.loads(json.dumps(case["response"]))
    throughput = ((response or {}).get("Table") or {}).get("ProvisionedThroughput") if isinstance(
        response, dict) else None
    if throughput and throughput.get("NumberOfDecreasesToday"):
        throughput["NumberOfDecreasesToday"] = "<count>"
    if source(case) == "dynalite" and case["operation"] == "CreateTable":
        # Its tests take these out before they compare.
        for name in ("CreationDateTime", "TableArn", "TableId", "GlobalSecondaryIndexes"):
            if name in case["request"] or not name.endswith("Indexes"):
                response.setdefault(name, "<" + name + ">")
    return response


def interactions(folder):
    known_tables = collections.defaultdict(set)
    for case in lines(folder / "tables.jsonl"):
        known_tables[SOURCES[case["source"]]].add(case["create"]["TableName"])
    sessions_by_name = {case["session"]: case for case in lines(folder / "sessions.jsonl")}
    answers = answers_by_place(folder)
    for case in lines(folder / "interactions.jsonl"):
        usable = (case["operation"] in OPERATIONS and source(case) and case["request"] is not None
                  and only_known(case.get("setup")) and case["verified"] != "docs"
                  and "<" not in json.dumps(case["request"]))
        if not usable or (source(case) == "go-cloud" and "session" not in case):
            continue
        if left_out(case, answer_not_told(case, known_tables, sessions_by_name, answers)):
            continue
        kept = {
            "source": source(case), "operation": case["operation"], "request": case["request"],
            "setup": case.get("setup"), "session": case.get("session"), "seq": case.get("seq"),
            "status": case["status"], "response": comparable(case), "match": case["response_match"],
            "path": case.get("response_path"), "assertions": case.get("assertions")}
        if kept["session"]:
            del kept["request"]  # the session has it
        yield json.dumps(compact(kept) if not kept["session"] else
                         {k: v for k, v in kept.items() if v is not None},
                         separators=(",", ":"), ensure_ascii=False)


def tables(folder):
    for case in lines(folder / "tables.jsonl"):
        yield json.dumps({"source": SOURCES[case["source"]], "create": case["create"]},
                         separators=(",", ":"), ensure_ascii=False)


def keys(value):
    """Every Key of a request."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "Key":
                yield member
            yield from keys(member)
    elif isinstance(value, list):
        for element in value:
            yield from keys(element)


def answers_by_place(folder):
    return {(case["session"], case["seq"]): case for case in lines(folder / "interactions.jsonl")
            if "session" in case}


def sessions(folder):
    answers = answers_by_place(folder)
    for case in lines(folder / "sessions.jsonl"):
        setup = []
        # docstore-test once had a key of one attribute.
        if any(list(key) == ["_id"] for step in case["requests"] for key in keys(step["request"])):
            setup.append({"operation": "CreateTable", "request": {
                "TableName": "docstore-test", **key_schema("_id:S (hash)")}})
        setup += tables_on_demand(case, answers)
        setup += [{"operation": "PutItem", "request": {"TableName": table, "Item": item}}
                  for table, item in found_before_writing(case, answers)]
        yield json.dumps(compact({"session": case["session"], "source": SOURCES[case["source"]],
                                  "setup": setup, "requests": case["requests"]}),
                         separators=(",", ":"), ensure_ascii=False)


def tables_on_demand(case, answers):
    """Tables that were on demand when the session began, as its DescribeTable says."""
    for step in case["requests"]:
        answer = answers.get((case["session"], step["seq"]))
        table = answer and (answer["response"] or {}).get("Table")
        if table and "BillingModeSummary" in table:
            yield {"operation": "CreateTable", "request": {
                "TableName": table["TableName"], "KeySchema": table["KeySchema"],
                "AttributeDefinitions": table["AttributeDefinitions"],
                "BillingMode": "PAY_PER_REQUEST"}}


def found_before_writing(case, answers):
    """What a session's first scans found: it was there before."""
    for step in case["requests"]:
        if step["operation"] not in ("DescribeTable", "Scan", "Query", "GetItem", "BatchGetItem"):
            return
        answer = answers.get((case["session"], step["seq"]))
        if answer and step["operation"] == "Scan":
            for item in answer["response"].get("Items", []):
                yield step["request"]["TableName"], item


def main():
    folder = pathlib.Path(sys.argv[1])
    out = pathlib.Path(__file__).parent / "data"
    out.mkdir(exist_ok=True)
    for make in (errors, errors_2026, interactions, tables, sessions):
        path = out / (make.__name__.replace("_", "-") + ".jsonl")
        path.write_text("".join(line + "\n" for line in make(folder)), encoding="utf-8")
        print(path.name, path.stat().st_size)
    for (name, reason), count in sorted(LEFT_OUT.items()):
        print(f"left out: {count} of {name}: {reason}")


if __name__ == "__main__":
    main()
