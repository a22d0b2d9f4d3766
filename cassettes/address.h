#pragma once

// Where a node of a meaning stands, as text: what rules and reports call it.
//
// Members are joined by dots: "Item.address.street". "[2]" is a place in a list, "[*]" one in
// something without order. An entry of RequestItems is its table: "RequestItems.orders.Keys[*].id",
// "RequestItems.orders[*].PutRequest.Item.id". Within an expression, operators do not count, and a
// literal stands where the document path does that it is compared with or assigned to: the 5 of
// `price > 5` is "FilterExpression.price", and so is the path itself.

#include <cstddef>
#include <string>
#include <string_view>

#include "cassettes/meaning.h"

namespace dynatape::cassettes {

/// A path that grows and shrinks with a walk down a tree:
///   const Address::Step step(address, parent, index_of_child);   // down, until the scope ends
class Address {
 public:
  [[nodiscard]] std::string_view text() const { return text_; }

  class Step {
   public:
    Step(Address& address, const Node& parent, std::size_t child);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Address& address_;
    std::size_t length_;
    bool in_path_;
  };

 private:
  void name(std::string_view step);
  void enter_operator(const Node& node);

  std::string text_;
  bool in_path_ = false;  ///< the document path that an operator is about is in the text
};

}  // namespace dynatape::cassettes
