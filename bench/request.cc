// What a cassette does with each request, without sockets and without a file: the key that finds
// it, and its redaction. Prints the CPU time of each step, the median of several rounds.

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/redaction.h"
#include "cassettes/volatile.h"

namespace dynatape {
namespace {

constexpr int kRounds = 9;

core::Request request(std::string_view operation, std::string body) {
  return {"POST",
          "/",
          {{"X-Amz-Target", "DynamoDB_20120810." + std::string(operation)},
           {"Content-Type", "application/x-amz-json-1.0"},
           {"Accept-Encoding", "identity"},
           {"User-Agent", "Boto3/1.43 md/Botocore#1.43 ua/2.0 os/linux#6.1 lang/python"},
           {"amz-sdk-invocation-id", "11111111-2222-4333-8444-100000000000"},
           {"amz-sdk-request", "attempt=1"},
           {"Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAQ3EGVQ7XN5K2M4TP/20261120/us-east-1/dynamodb/"
            "aws4_request, SignedHeaders=host;x-amz-date, Signature="
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"}},
          std::move(body),
          {}};
}

/// 1 KB in 17 attributes.
std::string item(std::string_view id) {
  std::string text = R"({"TableName":"orders","Item":{"id":{"S":")" + std::string(id) + "\"}";
  for (int i = 0; i < 16; ++i) {
    text +=
        R"(,"field)" + std::to_string(i) + R"(":{"S":"some value of forty characters or so 0123"})";
  }
  return text + "}}";
}

struct Case {
  std::string_view name;
  core::Request request;
};

std::vector<Case> cases() {
  const std::string key = R"({"TableName":"orders","Key":{"id":{"S":"item-1"}})";
  return {
      {"GetItem", request("GetItem", key + "}")},
      {"PutItem, 1 KB", request("PutItem", item("item-1"))},
      {"PutItem, 1 KB, a UUID", request("PutItem", item("6fa459ea-ee8a-4ca4-894e-db77e160355e"))},
      {"UpdateItem",
       request("UpdateItem",
               key + R"(,"UpdateExpression":"SET #n = #n + :one, price = :price REMOVE old",)"
                     R"("ConditionExpression":"attribute_exists(id) AND #n < :most",)"
                     R"("ExpressionAttributeNames":{"#n":"count"},"ExpressionAttributeValues":)"
                     R"({":one":{"N":"1"},":price":{"N":"12.50"},":most":{"N":"100"}}})")},
      {"Query",
       request(
           "Query",
           R"q({"TableName":"orders","KeyConditionExpression":"id = :id AND begins_with(#s, :p)",)q"
           R"("ExpressionAttributeNames":{"#s":"sort"},"ExpressionAttributeValues":)"
           R"({":id":{"S":"item-1"},":p":{"S":"2026-"}}})")}};
}

double cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

double median_us(int times, const std::function<void()>& work) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double before = cpu_us();
    for (int i = 0; i < times; ++i) work();
    rounds.push_back((cpu_us() - before) / times);
  }
  std::ranges::sort(rounds);
  return rounds[kRounds / 2];
}

void measure(const Case& one, int times) {
  const auto* operation =
      core::operation_of_target(one.request.headers.get("x-amz-target").value_or(""));
  const core::TimePoint now{std::chrono::seconds(1'750'000'000)};
  cassettes::Redactor redactor({});
  std::size_t kept = 0;  // so that nothing is left out
  const double key =
      median_us(times, [&] { kept += cassettes::fingerprint_of(one.request, operation).bytes[0]; });
  const double shape = median_us(
      times, [&] { kept += cassettes::volatile_shape(one.request, operation, now).key.bytes[0]; });
  const double redaction = median_us(times, [&] {
    cassettes::RedactionReport report;
    report.gated = true;
    kept += redactor.redacted(one.request, redactor.secrets(one.request), report).body.size();
  });
  std::printf("%-22s %8.2f %8.2f %8.2f%s\n", std::string(one.name).c_str(), key, shape, redaction,
              kept == 0 ? "?" : "");
}

}  // namespace
}  // namespace dynatape

int main(int count, char** arguments) {
  const int times = count > 1 ? std::atoi(arguments[1]) : 20'000;
  std::printf("%-22s %8s %8s %8s   us of CPU per request, median of %d rounds\n", "", "key",
              "shape", "redact", dynatape::kRounds);
  for (const auto& one : dynatape::cases()) dynatape::measure(one, times);
  return 0;
}
