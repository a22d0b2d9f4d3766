#include "interceptors/item_size.h"

#include "core/json.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::interceptors {

std::size_t item_size(const nlohmann::json& item) {
  const std::string text = core::dumped(item);
  const auto json = wire::Json::parse(text);
  wire::Decoding decoding;
  wire::Values values;
  if (!json || !wire::decode(decoding, *json, values)) return 0;
  return model::size_bytes(values.item);
}

}  // namespace dynatape::interceptors
