#include "interceptors/short_page.h"

#include <algorithm>

#include "interceptors/json_field.h"
#include "interceptors/page.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using core::Reply;
using core::Result;
using nlohmann::json;

constexpr std::string_view kNoPage = "the call reads no page";
constexpr std::string_view kRefused = "the page was refused";

std::optional<Page> page_in(const Result<Reply>& result) {
  return result ? read_page(result->response.status, result->response.body) : std::nullopt;
}

std::string described(const Firing& firing, const std::string& what) {
  return std::string(firing.rule()) + ": " + what;
}

/// Lets a page look at fewer items: a Limit, as the client could have given it.
class ShortPage final : public Fault {
 public:
  explicit ShortPage(std::uint64_t items) : items_(items) {}

  [[nodiscard]] std::string_view name() const override { return "short_page"; }
  [[nodiscard]] std::string describe() const override {
    return "answers a page of " + std::to_string(items_) + (items_ == 1 ? " item" : " items");
  }

  [[nodiscard]] core::Task<Result<Reply>> handle(core::Exchange& exchange, Firing& firing,
                                                 Inner inner) const override {
    const core::Call& call = exchange.call();
    const bool pages = reads_page(call);
    if (!pages || limit_of(call).value_or(items_ + 1) <= items_) {
      firing.undelivered(pages ? "the call asks for no more items by itself" : kNoPage);
      co_return co_await inner(exchange);
    }
    auto result = co_await send_rewritten(exchange, inner, page_request(call, items_, json()));
    if (result && refuses_signature(*result)) {
      firing.undelivered(kSignatureInTheWay);
      co_return co_await inner.past_rules(exchange);
    }
    const auto page = page_in(result);
    if (!page) {
      firing.undelivered(kRefused);
    } else if (page->last_key.is_null() || page->scanned < items_) {
      firing.undelivered("the page was as short by itself");
    } else {
      exchange.note(name(), described(firing, std::to_string(items_) + " items"));
      firing.delivered(exchange);
    }
    co_return result;
  }

 private:
  std::uint64_t items_;
};

/// Puts an empty page before the next item. The key to go on from then stands between where the
/// page begins and that item, and an upstream has confirmed that it leads to the same item: so none
/// is lost and none comes twice.
class EmptyPage final : public Fault {
 public:
  [[nodiscard]] std::string_view name() const override { return "short_page"; }
  [[nodiscard]] std::string describe() const override { return "answers an empty page"; }

  [[nodiscard]] core::Task<Result<Reply>> handle(core::Exchange& exchange, Firing& firing,
                                                 Inner inner) const override {
    if (!reads_page(exchange.call())) {
      firing.undelivered(kNoPage);
      co_return co_await inner(exchange);
    }
    const json start = start_of(exchange.call());
    auto result = co_await send_rewritten(exchange, inner, page_request(exchange.call(), 1, start));
    const auto first = page_in(result);
    const bool signature = result && refuses_signature(*result);
    if (!first && !signature) {
      firing.undelivered(kRefused);
      co_return result;
    }
    if (first && first->count == 0) {
      // The filter lets nothing of it through, or there is nothing left.
      first->last_key.is_null() ? firing.undelivered("there is nothing left to read")
                                : note(exchange, firing, *first);
      co_return result;
    }
    if (first && !first->last_key.is_null()) {
      const auto empty = co_await page_before(exchange, inner, start, first->last_key);
      if (empty) {
        note(exchange, firing, *empty);
        result->response.body = empty->body.dump();
        co_return result;
      }
    }
    firing.undelivered(signature ? kSignatureInTheWay
                                 : "no key is known to lie before the next item");
    co_return co_await inner.past_rules(exchange);
  }

 private:
  void note(core::Exchange& exchange, Firing& firing, const Page& page) const {
    exchange.note(name(), described(firing, "empty, goes on after " + page.last_key.dump()));
    firing.delivered(exchange);
  }

  /// An empty page whose key leads to the item called `next`, as `start` does.
  static core::Task<std::optional<Page>> page_before(core::Exchange& exchange, Inner inner,
                                                     json start, json next) {
    const std::vector<json> guesses = keys_before(next, goes_backward(exchange.call()));
    // Who comes from the item's empty page gets it: another guess would lead back to that page.
    if (std::ranges::find(guesses, start) != guesses.end()) co_return std::nullopt;
    for (const json& key : guesses) {
      const auto probe =
          co_await send_aside(exchange, inner, page_request(exchange.call(), 1, key));
      auto page = page_in(probe);
      if (!page || page->last_key != next) continue;
      page->last_key = key;
      page->body["LastEvaluatedKey"] = key;
      page->body["Count"] = 0;
      page->body["ScannedCount"] = 0;
      if (page->body.contains("Items")) page->body["Items"] = nlohmann::ordered_json::array();
      co_return page;
    }
    co_return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<const Fault> make_short_page(const JsonField& options) {
  options.must_be_object();
  constexpr std::uint64_t kMostItems = 1'000'000;
  const std::uint64_t items =
      options.required("items", R"("items", a number)").count(0, kMostItems);
  if (items == 0) return std::make_unique<EmptyPage>();
  return std::make_unique<ShortPage>(items);
}

}  // namespace dynatape::interceptors
