// The key under which a store's own data key is kept.
#pragma once
#include <string>

#include "crypto/key_store.hpp"

namespace eider::store {

// `keys` is not owned.
struct StoreKey {
  const crypto::KeyStore* keys = nullptr;  // nullptr: values are stored as they are, for tests
  std::string name = "store";              // of a new wrapping key; a sealed store knows the name of its own
};

}  // namespace eider::store
