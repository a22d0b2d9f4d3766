#include "cassettes/bindings.h"

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

}  // namespace dynatape::cassettes
