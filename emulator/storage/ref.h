#pragma once

// A counted reference to an immutable object that carries its own count. It never copies the
// object; T has retain() and release(), both const, the last release destroying it.

#include <cstddef>
#include <utility>

namespace dynatape::storage {

template <class T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}  // NOLINT: as any pointer

  /// Takes over a count that the caller already holds.
  [[nodiscard]] static Ref adopt(const T* object) {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  /// Adds a count of its own.
  [[nodiscard]] static Ref share(const T* object) {
    if (object != nullptr) object->retain();
    return adopt(object);
  }

  Ref(const Ref& other) : object_(other.object_) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }

  /// Hands the count over to the caller.
  [[nodiscard]] const T* detach() { return std::exchange(object_, nullptr); }

  [[nodiscard]] const T* get() const { return object_; }
  const T& operator*() const { return *object_; }
  const T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  const T* object_ = nullptr;
};

}  // namespace dynatape::storage
