#include "interceptors/cut.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

/// The part that "37.5%" means; nullopt for any other text, and outside 0 to 100.
std::optional<double> parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  double percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !std::isfinite(percent) || percent < 0 || percent > 100) return std::nullopt;
  return percent / 100;
}

}  // namespace

void Cut::apply(core::Delivery& delivery) const {
  if (std::holds_alternative<Before>(at)) delivery.cut_after = 0;
  if (const auto* bytes = std::get_if<std::size_t>(&at)) delivery.cut_after = *bytes;
  if (const auto* part = std::get_if<double>(&at)) delivery.cut_fraction = *part;
}

std::string Cut::describe() const {
  if (std::holds_alternative<After>(at)) return "all of the answer";
  if (const auto* bytes = std::get_if<std::size_t>(&at)) {
    return std::to_string(*bytes) + (*bytes == 1 ? " byte" : " bytes");
  }
  if (const auto* part = std::get_if<double>(&at)) {
    return nlohmann::json(*part * 100).dump() + "% of the answer";
  }
  return "0 bytes";
}

Cut read_cut(const JsonField& field) {
  if (!field.is_string()) return {static_cast<std::size_t>(field.count(0, kMostBytes))};
  const std::string text = field.text();
  if (text == "before") return {Cut::Before{}};
  if (text == "after") return {Cut::After{}};
  if (const auto part = parse_percent(text)) return {*part};
  field.must_be(R"("before", "after", a number of bytes, or a percentage such as "50%")");
  return {};
}

}  // namespace dynatape::interceptors
