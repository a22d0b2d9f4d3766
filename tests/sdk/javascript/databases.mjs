// What a client finds in a prepared database.

import { DescribeTimeToLiveCommand, DynamoDBClient, ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
const scan = await client.send(new ScanCommand({ TableName: "orders", Select: "COUNT" }));
const expiry = await client.send(new DescribeTimeToLiveCommand({ TableName: "orders" }));
const elsewhere = await new DynamoDBClient({ region: "eu-west-1" }).send(new ListTablesCommand({}));
console.log(JSON.stringify({ count: scan.Count, ends: expiry.TimeToLiveDescription.AttributeName,
                             elsewhere: elsewhere.TableNames }));
