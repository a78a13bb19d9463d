// The last error of each thread, and the frame around every function of the C interface.
#pragma once
#include <eider/lpa.h>
#include <exception>
#include <new>

#include "roles/lpa/explain.hpp"

namespace eider::capi {

struct ErrorText {
  std::string code, cause, clause, remedy;
};

// Each sets the last error of this thread and returns its status.
eider_lpa_status succeed();
eider_lpa_status fail(eider_lpa_status status, ErrorText text);
eider_lpa_status fail_argument(std::string cause);
eider_lpa_status fail_fault(const Fault& fault, lpa::ServerRole role = lpa::ServerRole::kSmdpPlus);
eider_lpa_status status_of(const Fault& fault);
// For what is thrown; never throws itself.
eider_lpa_status fail_memory() noexcept;
eider_lpa_status fail_exception(const char* what) noexcept;
const eider_lpa_error& last_error();

// Runs `f`, which returns a status and has set the last error; nothing leaves it.
template <class F>
eider_lpa_status guarded(F&& f) noexcept {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return fail_memory();
  } catch (const std::exception& e) {
    return fail_exception(e.what());
  } catch (...) {
    return fail_exception("");
  }
}

// A structure that the host was compiled with, in the form of this library: short ones are filled up with
// zero. Nothing, with the last error set, when its size is none, or members that this library does not know
// are in use. Requires T to begin with struct_size.
template <class T>
std::optional<T> accept(const T* from, const char* name) {
  std::uint32_t size = 0;
  if (!from) {
    fail_argument(std::string(name) + " is NULL");
    return std::nullopt;
  }
  std::memcpy(&size, from, sizeof size);
  if (size < sizeof(T) || size > 65536) {  // sizeof(T): of the first version, which this is
    fail_argument(std::string(name) + ".struct_size is " + std::to_string(size) + ", not sizeof(" + name +
                  ")");
    return std::nullopt;
  }
  const auto* octets = reinterpret_cast<const std::uint8_t*>(from);
  for (std::size_t i = sizeof(T); i < size; ++i) {
    if (octets[i] == 0) continue;
    fail_argument(std::string(name) + " uses members that this version of the library does not know");
    return std::nullopt;
  }
  T out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

}  // namespace eider::capi
