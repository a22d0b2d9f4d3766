// The emulator itself, without HTTP.

#include "emulator/model/schema.h"
#include "tests/golden/case.h"

namespace dynatape::golden {
namespace {

class EmulatorService final : public Service {
 public:
  explicit EmulatorService(emulator::Options options) : emulator_(options) {}

  emulator::Answer call(const std::string& operation, const std::string& body) override {
    return emulator_.handle(operation, body, {"golden", "us-east-1", model::TimePoint(kNow)});
  }

 private:
  emulator::Emulator emulator_;
};

}  // namespace

std::unique_ptr<Service> make_service(emulator::Options options) {
  return std::make_unique<EmulatorService>(options);
}

}  // namespace dynatape::golden
