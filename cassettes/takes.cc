#include "cassettes/takes.h"

#include <utility>

#include "cassettes/address.h"
#include "cassettes/tape_index.h"
#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

constexpr std::int64_t kPage = 256;

void cut_every_value(const Leaf& leaf, std::vector<Part>& parts) {
  using Kind = Node::Kind;
  const Kind kind = leaf.node.kind;
  const bool value =
      kind == Kind::string_value || kind == Kind::number_value || kind == Kind::binary_value;
  if (value) parts.push_back({leaf.node.text, leaf.node.bound ? kKnown : "value"});
}

/// The innermost table of every place.
class Tables {
 public:
  explicit Tables(std::map<std::string, std::string>& found) : found_(found) {}

  void walk(const Node& node, std::string table) {
    if (const Node* own = member(node, kTableName)) table = own->text;
    if (node.is_leaf()) {
      found_.emplace(std::string(address_.text()), std::move(table));
      return;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Address::Step step(address_, node, i);
      walk(node.children[i], table);
    }
  }

 private:
  std::map<std::string, std::string>& found_;
  Address address_;
};

std::string text_of(const Fingerprint& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

TakenCall call_from(Question question, const MatchRules& rules) {
  TakenCall call;
  call.id = question.id;
  call.operation = core::find_operation(question.operation);
  call.started = question.started;
  call.request = std::move(question.request);
  const Meaning meaning = meaning_of(call.request, call.operation, rules);
  call.form = shape_of(meaning, cut_every_value);
  Tables(call.tables).walk(meaning.body, "");
  return call;
}

}  // namespace

core::Result<Take> read_take(const std::string& path, const MatchRules& rules) {
  auto store = Store::open(path);
  if (!store) return std::unexpected(store.error());
  std::map<std::int64_t, Question> last;  // by call: of its attempts
  for (std::int64_t after = 0;;) {
    auto page = (*store)->questions(after, kPage);
    if (!page) return std::unexpected(page.error());
    if (page->empty()) break;
    after = page->back().id;
    for (Question& question : *page) {
      const std::int64_t call = question.call;
      last.insert_or_assign(call, std::move(question));
    }
  }
  auto keys = table_keys(**store);
  if (!keys) return std::unexpected(keys.error());
  Take take;
  take.keys = std::move(*keys);
  for (auto& [call, question] : last) take.calls.push_back(call_from(std::move(question), rules));
  for (const TakenCall& call : take.calls) take.forms.push_back(text_of(call.form.key));
  take.meanings = meanings_under(take, rules);
  return take;
}

std::vector<std::string> meanings_under(const Take& take, const MatchRules& rules) {
  std::vector<std::string> meanings;
  for (const TakenCall& call : take.calls) {
    meanings.push_back(
        text_of(volatile_shape(call.request, call.operation, call.started, rules).key));
  }
  return meanings;
}

}  // namespace dynatape::cassettes
