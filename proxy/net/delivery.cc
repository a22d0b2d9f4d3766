#include "proxy/net/delivery.h"

#include <algorithm>

namespace dynatape::net {
namespace {

std::size_t bytes_to_send(const core::Delivery& plan, std::size_t answer_bytes) {
  if (plan.cut_after) return std::min(*plan.cut_after, answer_bytes);
  if (!plan.cut_fraction) return answer_bytes;
  const double part = std::clamp(*plan.cut_fraction, 0.0, 1.0);
  return static_cast<std::size_t>(part * static_cast<double>(answer_bytes));
}

}  // namespace

core::Task<bool> deliver(ByteSink& sink, core::Loop& loop, std::string_view answer,
                         core::Delivery plan) {
  std::string_view rest = answer.substr(0, bytes_to_send(plan, answer.size()));
  const std::size_t piece_bytes = plan.chunk_bytes == 0 ? rest.size() : plan.chunk_bytes;
  co_await loop.sleep(plan.delay);
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, piece_bytes);
    if (!co_await sink.write(piece)) co_return false;
    rest.remove_prefix(piece.size());
    if (!rest.empty()) co_await loop.sleep(plan.chunk_gap);
  }
  co_return true;
}

bool cuts(const core::Delivery& plan, std::size_t answer_bytes) {
  return bytes_to_send(plan, answer_bytes) < answer_bytes;
}

}  // namespace dynatape::net
