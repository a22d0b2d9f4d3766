#include "emulator/storage/databases.h"

namespace dynatape::storage {
namespace {

struct NameView {
  std::string_view account;
  std::string_view region;
};

}  // namespace

std::shared_ptr<Database> Databases::get(std::string_view account, std::string_view region) {
  const std::scoped_lock lock(mutex_);
  const auto found = databases_.find(NameView{account, region});
  if (found != databases_.end()) return found->second;
  auto database = std::make_shared<Database>();
  put({std::string(account), std::string(region)}, database);
  return database;
}

void Databases::put(DatabaseName name, std::shared_ptr<Database> database) {
  database->keep_past(keeps_past_);
  databases_.insert_or_assign(std::move(name), std::move(database));
}

void Databases::keep_past(bool keep) {
  const std::scoped_lock lock(mutex_);
  keeps_past_ = keep;
  for (const auto& [name, database] : databases_) database->keep_past(keep);
}

std::vector<DatabaseName> Databases::names() const {
  const std::scoped_lock lock(mutex_);
  std::vector<DatabaseName> names;
  names.reserve(databases_.size());
  for (const auto& [name, database] : databases_) names.push_back(name);
  return names;
}

bool Databases::fork(const DatabaseName& from, const DatabaseName& to) {
  const std::scoped_lock lock(mutex_);
  const auto found = databases_.find(from);
  if (found == databases_.end()) return false;
  put(to, found->second->fork());
  return true;
}

void Databases::adopt(const Databases& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  databases_.clear();
  for (const auto& [name, database] : other.databases_) put(name, database->fork());
}

std::shared_ptr<Database> Databases::find(const DatabaseName& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = databases_.find(name);
  return found == databases_.end() ? nullptr : found->second;
}

void Databases::clear() {
  const std::scoped_lock lock(mutex_);
  databases_.clear();
}

void Databases::erase(const DatabaseName& name) {
  const std::scoped_lock lock(mutex_);
  databases_.erase(name);
}

}  // namespace dynatape::storage
