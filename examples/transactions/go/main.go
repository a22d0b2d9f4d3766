// Command transactions runs the transaction scenario and checks every result; its exit status says
// whether all was right.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.January, day, hour, minute, 0, 0, time.UTC)
}

var (
	alice = []Transaction{
		{"alice", "t-001", "12.5", "coffee beans", at(2, 9, 30)},
		{"alice", "t-002", "1999", "a bicycle", at(3, 16, 5)},
		{"alice", "t-003", "0.99", "a song", at(4, 20, 45)},
	}
	bob = []Transaction{{"bob", "t-001", "-7.25", "a returned book", at(2, 11, 0)}}
)

// traffic counts what the SDK does under the repository: calls, and attempts beyond each call's
// first.
type traffic struct{ calls, retries int }

func (t *traffic) register(stack *middleware.Stack) error {
	count := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
		middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		t.calls++
		if attempts, ok := retry.GetAttemptResults(metadata); ok {
			t.retries += len(attempts.Results) - 1
		}
		return out, metadata, err
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("CountTraffic", count), middleware.Before)
}

func newClient(ctx context.Context, counted *traffic) (*dynamodb.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		// The SDK reads AWS_ENDPOINT_URL_DYNAMODB by itself from its release of November 2023 on.
		if url := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"); url != "" {
			o.EndpointResolver = dynamodb.EndpointResolverFromURL(url)
		}
		o.APIOptions = append(o.APIOptions, counted.register)
	}), nil
}

func expectList(ctx context.Context, repository *Repository, userID string, want []Transaction) error {
	got, err := repository.List(ctx, userID)
	if err != nil || !reflect.DeepEqual(got, want) {
		return fmt.Errorf("list %s: got %v, %v, want %v", userID, got, err, want)
	}
	return nil
}

func runScenario(ctx context.Context, repository *Repository) error {
	if err := repository.CreateTable(ctx); err != nil {
		return err
	}
	for _, transaction := range append(append([]Transaction{}, alice...), bob...) {
		if err := repository.Add(ctx, transaction); err != nil {
			return fmt.Errorf("add %s/%s: %w", transaction.UserID, transaction.ID, err)
		}
	}
	if got, err := repository.Get(ctx, "alice", "t-002"); err != nil || got != alice[1] {
		return fmt.Errorf("get alice/t-002: got %v, %v, want %v", got, err, alice[1])
	}
	if err := expectList(ctx, repository, "alice", alice); err != nil {
		return err
	}
	if err := expectList(ctx, repository, "bob", bob); err != nil {
		return err
	}
	if err := expectList(ctx, repository, "carol", []Transaction{}); err != nil {
		return err
	}
	if got, err := repository.Get(ctx, "alice", "t-999"); !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("get alice/t-999: got %v, %v, want %v", got, err, ErrNotFound)
	}
	if err := repository.Add(ctx, alice[0]); !errors.Is(err, ErrAlreadyExists) {
		return fmt.Errorf("add alice/t-001 again: got %v, want %v", err, ErrAlreadyExists)
	}
	return repository.DropTable(ctx)
}

func run(ctx context.Context) error {
	var counted traffic
	client, err := newClient(ctx, &counted)
	if err != nil {
		return err
	}
	repository := &Repository{Client: client, TableName: "transactions", PageSize: 2}
	if err := runScenario(ctx, repository); err != nil {
		return err
	}
	fmt.Printf("go: 4 added, 1 read, 3 lists, 1 not found, 1 duplicate refused: all as expected"+
		" (%d calls, %d retried attempts)\n", counted.calls, counted.retries)
	return nil
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "go: WRONG:", err)
		os.Exit(1)
	}
}
