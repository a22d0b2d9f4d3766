#pragma once

// The `intake` interceptor: takes in the body of an exchange that entered the pipeline before it
// had come. Outside of it only the head is known.

#include "core/pipeline.h"

namespace dynatape::interceptors {

class Intake final : public core::Interceptor {
 public:
  [[nodiscard]] std::string_view name() const override { return "intake"; }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override;
};

}  // namespace dynatape::interceptors
