#include "cassettes/bindings.h"

#include <utility>

namespace dynatape::cassettes {
namespace {

template <class Map>
auto* find(Map& map, std::string_view text) {
  const auto found = map.find(text);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const Bindings::Bound* Bindings::live(std::string_view recorded) const {
  return find(live_, recorded);
}

const Bindings::Bound* Bindings::recorded(std::string_view live) const {
  return find(recorded_, live);
}

bool Bindings::agree(std::string_view recorded, std::string_view live) const {
  const Bound* bound = find(live_, recorded);
  if (bound) return bound->text == live;
  return !recorded_.contains(live);
}

void Bindings::bind(std::string_view recorded, std::string_view live, std::int64_t at) {
  const Bound* bound = find(live_, recorded);
  const Bound* back = find(recorded_, live);
  if (bound && back && bound->text == live && back->text == recorded) return;
  live_.insert_or_assign(std::string(recorded), Bound{std::string(live), at});
  recorded_.insert_or_assign(std::string(live), Bound{std::string(recorded), at});
}

void Bindings::bind_beside(std::string_view neighbour, std::string_view recorded,
                           std::string_view live) {
  live_beside_.try_emplace(std::string(neighbour))
      .first->second.insert_or_assign(std::string(recorded), std::string(live));
}

const std::string* Bindings::live_beside(std::string_view neighbour,
                                         std::string_view recorded) const {
  const auto* times = find(live_beside_, neighbour);
  return times ? find(*times, recorded) : nullptr;
}

void Bindings::exchange(std::string_view a, std::string_view b) {
  auto of_a = live_.extract(std::string(a));
  auto of_b = live_.extract(std::string(b));
  for (auto [node, name] : {std::pair(&of_a, b), std::pair(&of_b, a)}) {
    if (node->empty()) continue;
    recorded_.insert_or_assign(node->mapped().text, Bound{std::string(name), node->mapped().at});
    node->key() = name;
    live_.insert(std::move(*node));
  }
}

}  // namespace dynatape::cassettes
