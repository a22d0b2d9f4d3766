// Transactions of users, kept in a DynamoDB table keyed by user_id and id.

import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";

/** No such transaction. */
export class NotFound extends Error {}

/** The user already has a transaction of this id. */
export class AlreadyExists extends Error {}

/** The repository over a DynamoDBClient. A transaction is {user_id, id, amount, note, created_at}. */
export class Transactions {
  constructor(client, { tableName = "transactions", pageSize = 100 } = {}) {
    this.client = client;
    this.documents = DynamoDBDocumentClient.from(client);
    this.tableName = tableName;
    this.pageSize = pageSize;
  }

  /** Creates the table and resolves when it can be used. */
  async createTable(pollSeconds = 0.2) {
    await this.client.send(new CreateTableCommand({
      TableName: this.tableName,
      AttributeDefinitions: [
        { AttributeName: "user_id", AttributeType: "S" },
        { AttributeName: "id", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "user_id", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }));
    await waitUntilTableExists(
      { client: this.client, minDelay: pollSeconds, maxDelay: pollSeconds, maxWaitTime: 30 },
      { TableName: this.tableName },
    );
  }

  async dropTable() {
    await this.client.send(new DeleteTableCommand({ TableName: this.tableName }));
  }

  /** Stores a new transaction; throws AlreadyExists where its key is taken. */
  async add(transaction) {
    try {
      await this.documents.send(new PutCommand({
        TableName: this.tableName,
        Item: transaction,
        ConditionExpression: "attribute_not_exists(id)",
      }));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new AlreadyExists(`${transaction.user_id}/${transaction.id}`, { cause: error });
      }
      throw error;
    }
  }

  /** The transaction; throws NotFound where there is none. */
  async get(userId, id) {
    const answer = await this.documents.send(new GetCommand({
      TableName: this.tableName,
      Key: { user_id: userId, id },
      ConsistentRead: true,
    }));
    if (!answer.Item) throw new NotFound(`${userId}/${id}`);
    return answer.Item;
  }

  /** All transactions of a user in the order of their ids. */
  async list(userId) {
    const pages = paginateQuery({ client: this.documents, pageSize: this.pageSize }, {
      TableName: this.tableName,
      KeyConditionExpression: "user_id = :user",
      ExpressionAttributeValues: { ":user": userId },
    });
    const found = [];
    for await (const page of pages) found.push(...page.Items);
    return found;
  }
}
