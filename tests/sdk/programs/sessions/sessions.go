// Command sessions COUNT path|key works in COUNT sessions at once, chosen by the path prefix or by the
// access key; it prints what each of them saw, as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var table = aws.String("notes")

func client(url, choice string, number int) *dynamodb.Client {
	key := "AKIDEXAMPLE"
	if choice == "path" {
		url += fmt.Sprintf("/session/test-%d", number)
	} else {
		key = fmt.Sprintf("AKIDTEST%d", number)
	}
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
		EndpointResolver: dynamodb.EndpointResolverFromURL(url)})
}

func work(client *dynamodb.Client, number int) ([]string, error) {
	ctx := context.Background()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}}})
	if err != nil {
		return nil, err
	}
	id := &types.AttributeValueMemberS{Value: "shared-key"}
	var seen []string
	for turn := 0; turn < 3; turn++ {
		value := &types.AttributeValueMemberS{Value: fmt.Sprintf("%d/%d", number, turn)}
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: table, Item: map[string]types.AttributeValue{"id": id, "value": value}})
		if err != nil {
			return nil, err
		}
		got, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: map[string]types.AttributeValue{"id": id}})
		if err != nil {
			return nil, err
		}
		seen = append(seen, got.Item["value"].(*types.AttributeValueMemberS).Value)
	}
	return seen, nil
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	seen := make([][]string, count)
	failures := make(chan error, count)
	for number := range seen {
		go func(number int) {
			var err error
			seen[number], err = work(client(os.Getenv("DYNATAPE_URL"), os.Args[2], number), number)
			failures <- err
		}(number)
	}
	for range seen {
		if err := <-failures; err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	text, err := json.Marshal(seen)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
