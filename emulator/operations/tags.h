#pragma once

// The tags that CreateTable and TagResource set and UntagResource removes.

#include <string>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"
#include "emulator/operations/table_shapes.h"

namespace dynatape::operations {

/// What is wrong with the tags or keys of a request, whatever the table has.
[[nodiscard]] model::Outcome<void> check_tags(const std::vector<TagInput>& tags);
[[nodiscard]] model::Outcome<void> check_tag_keys(const std::vector<std::string>& keys);

/// Adds `input` to `tags`, and replaces the values of keys that are there.
[[nodiscard]] model::Outcome<void> add_tags(const std::vector<TagInput>& input,
                                            std::vector<model::Tag>& tags);

}  // namespace dynatape::operations
