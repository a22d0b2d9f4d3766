#include "emulator/model/number_error_text.h"

#include <utility>

namespace dynatape::model {

std::string_view number_error_text(NumberError error) {
  switch (error) {
    case NumberError::malformed:
      return "The parameter cannot be converted to a numeric value";
    case NumberError::too_many_digits:
      return "Attempting to store more than 38 significant digits in a Number";
    case NumberError::overflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported "
             "range";
    case NumberError::underflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than supported "
             "range";
  }
  std::unreachable();
}

}  // namespace dynatape::model
