#include "emulator/expression/parser.h"
#include "emulator/expression/resolve.h"
#include "emulator/expression/substitute.h"

namespace dynatape::expression {

model::Outcome<void> resolve(Projection& projection, Placeholders& placeholders) {
  std::vector<const Path*> paths;
  paths.reserve(projection.paths.size());
  for (Path& path : projection.paths) {
    const Detail wrong = substitute(path, placeholders);
    if (!wrong.empty()) return std::unexpected(invalid_expression(Parameter::projection, wrong));
    paths.push_back(&path);
  }
  const Detail wrong = overlap_detail(paths);
  if (!wrong.empty()) return std::unexpected(invalid_expression(Parameter::projection, wrong));
  return {};
}

model::Outcome<Projection> compile_projection(std::string_view text, Placeholders& placeholders) {
  auto projection = parse_projection(text);
  if (!projection) return projection;
  if (auto resolved = resolve(*projection, placeholders); !resolved) {
    return std::unexpected(std::move(resolved.error()));
  }
  return projection;
}

}  // namespace dynatape::expression
