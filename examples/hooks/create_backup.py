#!/usr/bin/env python3
"""CreateBackup and RestoreTableFromBackup as a hook: an API that the upstream lacks, added in another process.

usage: create_backup.py [PORT]; prints the URL it serves on, which `then.hook` of a rule names (create_backup.json).
Only the standard library is needed. docs/hooks.md says what is asked and what may be answered.
"""

import http.server
import json
import sys
import time
import urllib.request
import uuid

backups = {}  # by ARN: (table description, items)


def call(question, operation, **params):
    """Call DynamoDB through the proxy that asks, in the session, account and region of the call it asks about."""
    session = "" if question["session"] == "default" else "/session/" + question["session"]
    caller = f"{question['access_key']}/20260101/{question['region']}/dynamodb/aws4_request"
    request = urllib.request.Request(
        f"http://{question['headers']['host']}{session}/", json.dumps(params).encode(),
        {"X-Amz-Target": "DynamoDB_20120810." + operation, "Content-Type": "application/x-amz-json-1.0",
         "X-Amz-Date": "20260101T000000Z",
         "Authorization": f"AWS4-HMAC-SHA256 Credential={caller}, SignedHeaders=host, Signature=none"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def items_of(question, table):
    start = {}
    while True:
        page = call(question, "Scan", TableName=table, **start)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def create_backup(question):
    params = question["params"]
    table = call(question, "DescribeTable", TableName=params["TableName"])["Table"]
    now = time.time()
    arn = f"{table['TableArn']}/backup/{int(now * 1000):014d}-{uuid.uuid4().hex[:8]}"
    backups[arn] = table, list(items_of(question, table["TableName"]))
    return {"answer": {"body": {"BackupDetails": {
        "BackupArn": arn, "BackupName": params["BackupName"], "BackupSizeBytes": table["TableSizeBytes"],
        "BackupStatus": "CREATING", "BackupType": "USER", "BackupCreationDateTime": round(now, 3)}}}}


def restore_table(question):
    params = question["params"]
    if params["BackupArn"] not in backups:
        return {"error": {"type": "BackupNotFoundException",
                          "message": f"Backup not found: {params['BackupArn']}"}}
    table, items = backups[params["BackupArn"]]
    target = params["TargetTableName"]
    made = call(question, "CreateTable", TableName=target, KeySchema=table["KeySchema"],
                AttributeDefinitions=table["AttributeDefinitions"], BillingMode="PAY_PER_REQUEST")
    for first in range(0, len(items), 25):
        unprocessed = {target: [{"PutRequest": {"Item": item}} for item in items[first:first + 25]]}
        while unprocessed:
            unprocessed = call(question, "BatchWriteItem", RequestItems=unprocessed).get("UnprocessedItems")
    return {"answer": {"body": made}}


OPERATIONS = {"CreateBackup": create_backup, "RestoreTableFromBackup": restore_table}


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = OPERATIONS.get(question["operation"])
        verdict = json.dumps(operation(question) if operation else {}).encode()  # {}: pass
        self.send_response(200)
        self.send_header("Content-Length", str(len(verdict)))
        self.end_headers()
        self.wfile.write(verdict)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 9000), Hook)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()
