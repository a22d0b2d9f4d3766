// Lists the tables and says how it ended.

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";

try {
  const { TableNames } = await new DynamoDBClient({}).send(new ListTablesCommand({}));
  console.log(JSON.stringify({ tables: TableNames }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message }));
}
