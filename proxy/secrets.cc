#include "proxy/secrets.h"

#include <random>

namespace dynatape::proxy {

std::vector<std::string> own_secrets(const Environment& environment) {
  std::vector<std::string> secrets;
  for (const char* name : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    const auto variable = environment.find(name);
    if (variable != environment.end()) secrets.push_back(variable->second);
  }
  return secrets;
}

PseudonymKeys pseudonym_keys(const Environment& environment) {
  constexpr std::size_t kFreshBytes = 16;
  PseudonymKeys keys;
  const auto own = environment.find("DYNATAPE_PSEUDONYM_KEY");
  if (own != environment.end()) keys.own = own->second;
  std::random_device random;
  while (keys.fresh.size() < kFreshBytes) keys.fresh += static_cast<char>(random());
  return keys;
}

}  // namespace dynatape::proxy
