package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	// ErrNotFound says that there is no such transaction.
	ErrNotFound = errors.New("transaction not found")
	// ErrAlreadyExists says that the user already has a transaction of this id.
	ErrAlreadyExists = errors.New("transaction already exists")
)

// Transaction is one entry in a user's account.
type Transaction struct {
	UserID    string                `dynamodbav:"user_id"`
	ID        string                `dynamodbav:"id"`
	Amount    attributevalue.Number `dynamodbav:"amount"`
	Note      string                `dynamodbav:"note"`
	CreatedAt time.Time             `dynamodbav:"created_at"`
}

// Repository keeps transactions in a DynamoDB table keyed by user_id and id.
type Repository struct {
	Client    *dynamodb.Client
	TableName string
	PageSize  int32
}

// CreateTable creates the table and returns when it can be used.
func (r *Repository) CreateTable(ctx context.Context) error {
	_, err := r.Client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(r.TableName),
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("user_id"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("user_id"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("id"), KeyType: types.KeyTypeRange},
		},
		BillingMode: types.BillingModePayPerRequest,
	})
	if err != nil {
		return fmt.Errorf("create table: %w", err)
	}
	waiter := dynamodb.NewTableExistsWaiter(r.Client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 200*time.Millisecond, time.Second
	})
	return waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(r.TableName)}, 30*time.Second)
}

// DropTable deletes the table.
func (r *Repository) DropTable(ctx context.Context) error {
	_, err := r.Client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(r.TableName)})
	return err
}

// Add stores a new transaction; it returns ErrAlreadyExists where its key is taken.
func (r *Repository) Add(ctx context.Context, transaction Transaction) error {
	item, err := attributevalue.MarshalMap(transaction)
	if err != nil {
		return fmt.Errorf("add: %w", err)
	}
	_, err = r.Client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:           aws.String(r.TableName),
		Item:                item,
		ConditionExpression: aws.String("attribute_not_exists(id)"),
	})
	var taken *types.ConditionalCheckFailedException
	if errors.As(err, &taken) {
		return ErrAlreadyExists
	}
	return err
}

// Get returns the transaction, or ErrNotFound where there is none.
func (r *Repository) Get(ctx context.Context, userID, id string) (Transaction, error) {
	var transaction Transaction
	answer, err := r.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(r.TableName),
		Key: map[string]types.AttributeValue{
			"user_id": &types.AttributeValueMemberS{Value: userID},
			"id":      &types.AttributeValueMemberS{Value: id},
		},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return transaction, err
	}
	if answer.Item == nil {
		return transaction, ErrNotFound
	}
	err = attributevalue.UnmarshalMap(answer.Item, &transaction)
	return transaction, err
}

// List returns all transactions of a user in the order of their ids.
func (r *Repository) List(ctx context.Context, userID string) ([]Transaction, error) {
	pages := dynamodb.NewQueryPaginator(r.Client, &dynamodb.QueryInput{
		TableName:              aws.String(r.TableName),
		KeyConditionExpression: aws.String("user_id = :user"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":user": &types.AttributeValueMemberS{Value: userID},
		},
		Limit: aws.Int32(r.PageSize),
	})
	found := []Transaction{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		var transactions []Transaction
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &transactions); err != nil {
			return nil, err
		}
		found = append(found, transactions...)
	}
	return found, nil
}
