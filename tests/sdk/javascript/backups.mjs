// Backs up the table "notes" and restores it, or recovers it to moments of 2026-11-21 from noon on.

import { CreateBackupCommand, DescribeBackupCommand, DynamoDBClient, GetItemCommand, InvalidRestoreTimeException,
         RestoreTableFromBackupCommand, RestoreTableToPointInTimeCommand, TableAlreadyExistsException,
         UpdateContinuousBackupsCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
const noon = Date.UTC(2026, 10, 21, 12);

async function valueIn(table) {
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: table });
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: "a" } } }));
  return Item.value.S;
}

async function refusalOf(command, type) {
  try {
    await client.send(command);
  } catch (error) {
    return error instanceof type && error.name;
  }
}

const restoreAt = (table, seconds) => new RestoreTableToPointInTimeCommand({
  SourceTableName: "notes", TargetTableName: table, RestoreDateTime: new Date(noon + 1000 * seconds) });

async function backup() {
  const made = await client.send(new CreateBackupCommand({ TableName: "notes", BackupName: "nightly" }));
  const BackupArn = made.BackupDetails.BackupArn;
  const { BackupDescription: told } = await client.send(new DescribeBackupCommand({ BackupArn }));
  const restore = new RestoreTableFromBackupCommand({ TargetTableName: "again", BackupArn });
  await client.send(restore);
  return { name: told.BackupDetails.BackupName, type: told.BackupDetails.BackupType,
           status: told.BackupDetails.BackupStatus, restored: await valueIn("again"),
           refused: await refusalOf(restore, TableAlreadyExistsException) };
}

async function enable() {
  const { ContinuousBackupsDescription: told } = await client.send(new UpdateContinuousBackupsCommand({
    TableName: "notes", PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }));
  return { status: told.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus,
           refused: await refusalOf(restoreAt("early", -60), InvalidRestoreTimeException) };
}

async function recover() {
  const values = [];
  for (const seconds of [59, 60]) {
    await client.send(restoreAt(`at-${seconds}`, seconds));
    values.push(await valueIn(`at-${seconds}`));
  }
  return { values };
}

console.log(JSON.stringify(await { backup, enable, recover }[process.argv[2]]()));
