#include "proxy/sessions/sessions.h"

#include <algorithm>

#include "core/call.h"

namespace dynatape::sessions {
namespace {

constexpr std::string_view kPathRoot = "/session/";
constexpr std::size_t kLongestName = 64;

}  // namespace

std::string mistake_in_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, fits)) return {};
  return "'" + std::string(name) + "' can be no session's name: 1 to " +
         std::to_string(kLongestName) + " of a-z, A-Z, 0-9, '-', '_' and '.' can";
}

Sessions::Sessions(std::shared_ptr<Session> fallback) : fallback_(std::move(fallback)) {}

Sessions::Chosen Sessions::choose(core::Request& request) const {
  if (request.target.starts_with(kPathRoot)) return by_path(request);
  if (!has_keys_.load(std::memory_order_acquire)) return {.session = fallback_.get()};
  const std::string key = core::identity_of(request.headers).access_key;
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return {.session = fallback_.get()};
  return {.session = found->second.get(), .owner = found->second};
}

Sessions::Chosen Sessions::by_path(core::Request& request) const {
  std::string& target = request.target;
  const auto end = std::min(target.find_first_of("/?", kPathRoot.size()), target.size());
  const std::string_view name =
      std::string_view(target).substr(kPathRoot.size(), end - kPathRoot.size());
  auto session = find(name);
  if (!session) return {.by_path = true, .wanted = std::string(name)};
  target.erase(0, end);
  if (!target.starts_with('/')) target.insert(0, "/");
  Session* const chosen = session.get();
  return {.session = chosen, .owner = std::move(session), .by_path = true};
}

std::shared_ptr<Session> Sessions::find(std::string_view name) const {
  if (name == fallback_->name()) return fallback_;
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(name);
  return found == sessions_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Session>> Sessions::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> all{fallback_};
  for (const auto& [name, session] : sessions_) all.push_back(session);
  return all;
}

std::vector<std::string> Sessions::access_keys(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& [key, session] : by_key_) {
    if (session->name() == name) keys.push_back(key);
  }
  return keys;
}

core::Result<void> Sessions::add(std::shared_ptr<Session> session,
                                 std::span<const std::string> access_keys) {
  const std::lock_guard lock(mutex_);
  const std::string& name = session->name();
  if (name == fallback_->name() || sessions_.contains(name)) {
    return core::failure("there is a session '" + name + "' already");
  }
  for (const std::string& key : access_keys) {
    const auto taken = by_key_.find(key);
    if (taken == by_key_.end()) continue;
    return core::failure("access key '" + key + "' chooses session '" + taken->second->name() +
                         "' already");
  }
  for (const std::string& key : access_keys) by_key_.emplace(key, session);
  sessions_.emplace(name, std::move(session));
  has_keys_.store(!by_key_.empty(), std::memory_order_release);
  return {};
}

void Sessions::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(name);
  if (found == sessions_.end()) return;
  std::erase_if(by_key_, [&](const auto& bound) { return bound.second == found->second; });
  sessions_.erase(found);
  has_keys_.store(!by_key_.empty(), std::memory_order_release);
}

}  // namespace dynatape::sessions
