#include "cassettes/player.h"

#include <algorithm>

#include "cassettes/near_miss.h"
#include "cassettes/stored_headers.h"

namespace dynatape::cassettes {

core::Result<std::unique_ptr<Player>> Player::load(std::shared_ptr<Store> store) {
  const auto places = store->places();
  if (!places) return std::unexpected(places.error());
  const auto redacted = store->has_redactions();
  if (!redacted) return std::unexpected(redacted.error());
  return std::unique_ptr<Player>(new Player(std::move(store), *places, *redacted));
}

Player::Player(std::shared_ptr<Store> store, const std::vector<Place>& places, bool redacted)
    : store_(std::move(store)), redacted_(redacted) {
  answers_.reserve(places.size());
  const Place* previous = nullptr;
  for (const Place& place : places) {
    const bool same_key = previous && previous->key == place.key;
    if (!same_key) {
      sequences_.push_back({place.key, static_cast<std::uint32_t>(answers_.size()), 0});
    }
    if (same_key && previous->call == place.call) {
      answers_.back() = place.id;  // a retry was answered: that is what the program got to see
    } else {
      answers_.push_back(place.id);
    }
    previous = &place;
  }
}

std::optional<Player::Match> Player::take(const Fingerprint& key, std::string_view invocation) {
  Sequence* sequence = find(key);
  if (!sequence) return std::nullopt;
  const std::size_t of = end_of(*sequence) - sequence->first;
  const std::lock_guard lock(mutex_);
  if (const auto known = recent_.find(invocation, key)) {
    const auto index = static_cast<std::size_t>(*known);
    return Match{answers_[index], index - sequence->first + 1, of, /*retry=*/true};
  }
  if (sequence->used == of) return std::nullopt;
  const std::uint32_t index = sequence->first + sequence->used++;
  recent_.remember(invocation, key, index);
  return Match{answers_[index], sequence->used, of, /*retry=*/false};
}

core::Result<core::Response> Player::answer(const Match& match) {
  auto response = store_->response(match.id);
  if (response) response->headers = replayed_headers(response->headers);
  return response;
}

std::string Player::explain(const core::Request& request, const core::Operation* operation,
                            const Fingerprint& key) {
  if (const Sequence* sequence = find(key)) {
    const std::size_t of = end_of(*sequence) - sequence->first;
    return exhausted(request, operation, of, answers_[sequence->first + of - 1]);
  }
  return near_miss(*store_, request, operation);
}

std::vector<std::int64_t> Player::unused(std::size_t limit) const {
  std::vector<std::int64_t> ids;
  {
    const std::lock_guard lock(mutex_);
    for (const Sequence& sequence : sequences_) {
      const auto first = answers_.begin() + sequence.first + sequence.used;
      ids.insert(ids.end(), first, answers_.begin() + end_of(sequence));
    }
  }
  std::ranges::sort(ids);
  ids.resize(std::min(ids.size(), limit));
  return ids;
}

std::size_t Player::unused_count() const {
  const std::lock_guard lock(mutex_);
  std::size_t used = 0;
  for (const Sequence& sequence : sequences_) used += sequence.used;
  return answers_.size() - used;
}

Player::Sequence* Player::find(const Fingerprint& key) {
  const auto found = std::ranges::lower_bound(sequences_, key, {}, &Sequence::key);
  return found != sequences_.end() && found->key == key ? &*found : nullptr;
}

std::uint32_t Player::end_of(const Sequence& sequence) const {
  const Sequence* next = &sequence + 1;
  const bool last = next == sequences_.data() + sequences_.size();
  return last ? static_cast<std::uint32_t>(answers_.size()) : next->first;
}

}  // namespace dynatape::cassettes
