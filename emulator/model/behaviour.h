#pragma once

namespace dynatape::model {

/// Which of the service's dated behaviours to follow. In 2026 AWS rolled out a validation framework
/// by operation and region; texts and orders of checks differ before and after.
enum class Behaviour {
  aws_2026_05,  ///< before the rollout
  aws_2026_10,  ///< us-east-1 in October 2026: single-item writes new, Scan and transactions old
};

}  // namespace dynatape::model
