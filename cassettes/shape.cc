#include "cassettes/shape.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "cassettes/address.h"
#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

/// Lengths and counts come before what they are of, so that no two trees have one text.
void append_count(std::string& out, std::size_t count) {
  char buffer[24];
  const auto written = std::to_chars(std::begin(buffer), std::end(buffer), count);
  out.append(buffer, written.ptr);
  out += ':';
}

void append_text(std::string& out, std::string_view text) {
  append_count(out, text.size());
  out += text;
}

void append_head(std::string& out, const Node& node) {
  out += static_cast<char>('A' + static_cast<int>(node.kind));
  append_text(out, node.name);
}

/// The children are in the canonical order of what has no holes.
void append_exact(std::string& out, const Node& node) {
  append_head(out, node);
  append_text(out, node.text);
  if (node.is_leaf()) return;
  append_count(out, node.children.size());
  for (const Node& child : node.children) append_exact(out, child);
}

Fingerprint fingerprint(std::string_view text) {
  const core::Sha256 digest = core::sha256(text);
  Fingerprint fingerprint;
  std::copy_n(digest.begin(), fingerprint.bytes.size(), fingerprint.bytes.begin());
  return fingerprint;
}

class ShapeWriter {
 public:
  explicit ShapeWriter(const Splitter& split) : split_(split) {}

  Shape write(const Meaning& meaning) {
    append_text(piece_.text, meaning.operation);
    node(meaning.body);
    return {fingerprint(piece_.text), std::move(piece_.holes), std::move(piece_.groups)};
  }

 private:
  /// The shape of a part of the tree.
  struct Piece {
    std::string text;
    std::vector<Hole> holes;
    std::vector<Group> groups;
  };

  void node(const Node& node) {
    if (node.is_leaf()) return leaf(node);
    append_head(piece_.text, node);
    append_text(piece_.text, node.text);
    append_count(piece_.text, node.children.size());
    if (node.is_unordered() && node.children.size() > 1) return unordered(node);
    for (std::size_t i = 0; i < node.children.size(); ++i) child(node, i);
  }

  void child(const Node& parent, std::size_t i) {
    const Address::Step step(address_, parent, i);
    node(parent.children[i]);
  }

  void leaf(const Node& node) {
    append_head(piece_.text, node);
    parts_.clear();
    split_({node, address_.text()}, parts_);
    if (parts_.empty()) return append_text(piece_.text, node.text);
    piece_.text += '?';  // where a length would begin
    append_count(piece_.text, parts_.size());
    for (const auto& [text, tag] : parts_) {
      append_text(piece_.text, tag);
      if (tag.empty()) {
        append_text(piece_.text, text);
      } else {
        piece_.holes.push_back(
            {std::string(tag), std::string(text), node.kind, std::string(address_.text())});
      }
    }
  }

  /// Sorted by what is certain, and only among equals by what the holes hold.
  void unordered(const Node& node) {
    std::vector<Piece> pieces;
    pieces.reserve(node.children.size());
    bool holes = false;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      Piece outer = std::exchange(piece_, {});
      child(node, i);
      pieces.push_back(std::exchange(piece_, std::move(outer)));
      holes = holes || !pieces.back().holes.empty();
    }
    if (holes) std::ranges::sort(pieces, comes_before);
    for (std::size_t i = 0, run = 0; i < pieces.size(); ++i) {
      const std::size_t first = piece_.holes.size();
      append(pieces[i], first);
      if (i + 1 < pieces.size() && pieces[i + 1].text == pieces[i].text) continue;
      end_run(pieces, run, i + 1);
      run = i + 1;
    }
  }

  void append(Piece& piece, std::size_t first) {
    piece_.text += piece.text;
    for (Group group : piece.groups) {
      group.first += first;
      piece_.groups.push_back(group);
    }
    std::ranges::move(piece.holes, std::back_inserter(piece_.holes));
  }

  /// The pieces from `begin` to `end` are equal but for their holes, and the last to be appended.
  void end_run(const std::vector<Piece>& pieces, std::size_t begin, std::size_t end) {
    const std::size_t entries = end - begin;
    const std::size_t holes = pieces[begin].holes.size();
    if (entries < 2 || holes == 0) return;
    piece_.groups.push_back({piece_.holes.size() - entries * holes, entries, holes});
  }

  static bool comes_before(const Piece& one, const Piece& two) {
    if (one.text != two.text) return one.text < two.text;
    return std::ranges::lexicographical_compare(one.holes, two.holes, {}, &Hole::text, &Hole::text);
  }

  const Splitter& split_;
  Address address_;
  Piece piece_;
  std::vector<Part> parts_;
};

}  // namespace

Shape shape_of(const Meaning& meaning, const Splitter& split) {
  return ShapeWriter(split).write(meaning);
}

Fingerprint fingerprint_of(const Meaning& meaning) {
  thread_local std::string text;  // kept for its size
  text.clear();
  append_text(text, meaning.operation);
  append_exact(text, meaning.body);
  return fingerprint(text);
}

Fingerprint fingerprint_of(const core::Request& request, const core::Operation* operation) {
  return fingerprint_of(meaning_of(request, operation));
}

}  // namespace dynatape::cassettes
