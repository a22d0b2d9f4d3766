// Command orders is the shop of orders.py, written as people write it for the AWS SDK for Go: other
// placeholders, another order of attributes and operands, values of its own.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	workers = 8
	orders  = 3
	month   = 30 * 86400
)

type item = map[string]types.AttributeValue

var (
	table  = aws.String("orders")
	ctx    = context.Background()
	client *dynamodb.Client
)

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
func number(value int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(value, 10)}
}

func key(customer, placed string) item {
	return item{"customer": text(customer), "placed": text(placed)}
}

// newUUID is a version 4 UUID.
func newUUID() string {
	var bytes [16]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		panic(err)
	}
	bytes[6] = bytes[6]&0x0f | 0x40
	bytes[8] = bytes[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", bytes[:4], bytes[4:6], bytes[6:8], bytes[8:10], bytes[10:])
}

// check ends the worker at the first thing that is wrong.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(right bool, what ...any) {
	if !right {
		panic(fmt.Errorf("WRONG: %v", what))
	}
}

func placeOrder(customer string, which int) string {
	id := newUUID()
	now := time.Now().UTC()
	placed := now.Format("2006-01-02T15:04:05.000000000Z") + "#" + id
	order := key(customer, placed)
	order["id"] = text(id)
	order["state"] = text("new")
	order["amount"] = number(int64(10*which + 1))
	order["tags"] = &types.AttributeValueMemberSS{Value: []string{"gift", "fast"}}
	order["at"] = number(now.UnixNano() / 1e6)
	order["lines"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{
		&types.AttributeValueMemberM{Value: item{"sku": text(fmt.Sprintf("sku-%d", which)), "count": number(1)}}}}
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: table, Item: order, ConditionExpression: aws.String("attribute_not_exists (customer)")})
	check(err)
	paid, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: table, Key: key(customer, placed), ReturnValues: types.ReturnValueAllNew,
		UpdateExpression:         aws.String("SET paid_at = :b, #1 = :a ADD #2 :c"),
		ConditionExpression:      aws.String("(#1 = :d) AND (amount > :e)"),
		ExpressionAttributeNames: map[string]string{"#1": "state", "#2": "version"},
		ExpressionAttributeValues: item{":a": text("paid"), ":b": number(time.Now().Unix()), ":c": number(1),
			":d": text("new"), ":e": number(0)}})
	check(err)
	expect(reflect.DeepEqual(paid.Attributes["id"], text(id)) && reflect.DeepEqual(paid.Attributes["placed"], text(placed)) &&
		reflect.DeepEqual(paid.Attributes["state"], text("paid")), paid.Attributes, id)
	read, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key(customer, placed), ConsistentRead: aws.Bool(true)})
	check(err)
	expect(reflect.DeepEqual(read.Item, paid.Attributes), read.Item, paid.Attributes)
	return placed
}

func placedOf(one item) string { return one["placed"].(*types.AttributeValueMemberS).Value }

func ordersOf(customer string) []string {
	var found []string
	pages := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{
		TableName: table, Limit: aws.Int32(2),
		KeyConditionExpression:   aws.String("#hash = :hash AND begins_with(#range, :prefix)"),
		FilterExpression:         aws.String("#state = :state AND amount >= :amount"),
		ExpressionAttributeNames: map[string]string{"#hash": "customer", "#range": "placed", "#state": "state"},
		ExpressionAttributeValues: item{":hash": text(customer), ":prefix": text("20"), ":state": text("paid"),
			":amount": number(1)}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		check(err)
		for _, one := range page.Items {
			found = append(found, placedOf(one))
		}
	}
	return found
}

func receipt(customer string) {
	bought := key(customer, "receipt#"+strings.ReplaceAll(newUUID(), "-", ""))
	bought["of"] = text("customer " + customer)
	_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: table, Item: bought}},
		{Update: &types.Update{TableName: table, Key: key(customer, "profile"),
			UpdateExpression:          aws.String("SET receipts = receipts + :x"),
			ExpressionAttributeValues: item{":x": number(1)}}},
		{ConditionCheck: &types.ConditionCheck{TableName: table, Key: key("shop", "settings"),
			ConditionExpression: aws.String("attribute_exists(customer)")}}}})
	check(err)
}

func sorted(items []item) []item {
	sort.Slice(items, func(i, j int) bool { return placedOf(items[i]) < placedOf(items[j]) })
	return items
}

func notes(customer string) {
	var keys []item
	var puts []types.WriteRequest
	for i := 0; i < 3; i++ {
		one := key(customer, "note#"+newUUID())
		keys = append(keys, one)
		puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: one}})
	}
	_, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*table: puts}})
	check(err)
	deleted := keys[2]
	read, err := client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{*table: {Keys: keys}}})
	check(err)
	expect(reflect.DeepEqual(sorted(read.Responses[*table]), sorted(append([]item{}, keys...))), read.Responses, keys)
	old, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: deleted, ReturnValues: types.ReturnValueAllOld})
	check(err)
	expect(reflect.DeepEqual(old.Attributes, deleted), old.Attributes, deleted)
}

func visit() {
	customer := "customer#" + newUUID()
	now := time.Now().Unix()
	profile := key(customer, "profile")
	profile["receipts"] = number(0)
	profile["since"] = number(now)
	profile["expires"] = number(now + month)
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: profile})
	check(err)
	var placed []string
	for i := 0; i < orders; i++ {
		placed = append(placed, placeOrder(customer, i))
	}
	for i := 0; i < 2; i++ {
		expect(reflect.DeepEqual(ordersOf(customer), placed), placed)
	}
	receipt(customer)
	notes(customer)
	_, err = client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: key("shop", "visitors"),
		UpdateExpression: aws.String("ADD visitors :plus"), ExpressionAttributeValues: item{":plus": number(1)}})
	check(err)
	_, err = client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key("shop", "visitors")})
	check(err)
	nobody, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key(newUUID(), "profile")})
	check(err)
	expect(len(nobody.Item) == 0, nobody.Item)
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: key(customer, placed[0]),
		ConditionExpression: aws.String("attribute_not_exists(customer)")})
	var failed *types.ConditionalCheckFailedException
	expect(errors.As(err, &failed), "an order was overwritten", err)
	read, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key(customer, "profile")})
	check(err)
	expect(reflect.DeepEqual(read.Item["receipts"], number(1)) && reflect.DeepEqual(read.Item["expires"], number(now+month)), read.Item, now)
}

func newClient() *dynamodb.Client {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 10
			o.MaxBackoff = 50 * time.Millisecond
		})
	}))
	check(err)
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.EndpointResolver = dynamodb.EndpointResolverFromURL(os.Getenv("DYNATAPE_URL"))
	})
}

func attribute(name string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS}
}

func scenario() {
	client = newClient()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("customer"), attribute("placed")},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("customer"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("placed"), KeyType: types.KeyTypeRange}}})
	check(err)
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 100*time.Millisecond
	})
	check(waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, 30*time.Second))
	settings := key("shop", "settings")
	settings["opened"] = text(time.Now().UTC().Format(time.RFC3339))
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: settings})
	check(err)
	done := make(chan any, workers)
	for i := 0; i < workers; i++ {
		go func() {
			defer func() { done <- recover() }()
			visit()
		}()
	}
	for i := 0; i < workers; i++ {
		if problem := <-done; problem != nil {
			panic(problem)
		}
	}
	var count int32
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: table, Select: types.SelectCount})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		check(err)
		count += page.Count
	}
	expect(count == workers*(orders+4)+2, count)
	_, err = client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: table})
	check(err)
}

func main() {
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Fprintln(os.Stderr, problem)
			os.Exit(1)
		}
	}()
	scenario()
	fmt.Println("all as expected")
}
