// What a command leaves behind: data for the terminal and a status word.
#pragma once
#include "base/bytes.hpp"

namespace eider::card {

struct Answer {
  std::uint16_t sw = 0x9000;
  Bytes data;
  Answer(std::uint16_t status) : sw(status) {}  // NOLINT(google-explicit-constructor)
  explicit Answer(Bytes d, std::uint16_t status = 0x9000) : sw(status), data(std::move(d)) {}
};

}  // namespace eider::card
