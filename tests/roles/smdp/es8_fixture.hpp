// An exchange and the card double that it talks to.
#pragma once
#include <gtest/gtest.h>

#include "roles/smdp/es8/key_establishment.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/must.hpp"
#include "support/smdp_pki.hpp"
#include "support/software_isdp.hpp"

namespace eider::smdp::es8 {

// Octets that a test chose, then those of a seed.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(Bytes first) : first_(std::move(first)), rest_(99) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& o : out) {
      if (at_ < first_.size())
        o = first_[at_++];
      else
        rest_.fill({&o, 1});
    }
  }

 private:
  Bytes first_;
  std::size_t at_ = 0;
  SeededRandom rest_;
};

inline const test::SmdpPki& pki() {
  static const test::SmdpPki value;
  return value;
}
inline const crypto::PrivateKey& ecasd_key() {
  static const auto value =
      test::must(crypto::PrivateKey::from_scalar(crypto::Curve::kP256, Bytes(32, 0x11)));
  return value;
}
inline Aid isdp() {
  return *Aid::from(sgp22::isd_p_aid(0x0010));
}

struct Es8 : ::testing::Test {
  SeededRandom random{5};
  test::SoftwareIsdp card{ecasd_key(), pki().ci_key.public_key(), random};

  Es8() { card.create(isdp()); }
  // Runs it to its end; how many SendData it took.
  Result<int> run(Exchange& exchange) {
    int calls = 0;
    while (!exchange.done()) {
      EIDER_TRY(send, exchange.next());
      ++calls;
      EIDER_CHECK(exchange.answer(card.send_data(send.sd_aid, send.data)));
    }
    return calls;
  }
  channel::scp03::Keys establish() {
    KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, {}, random);
    test::must(run(exchange));
    return exchange.keys();
  }
};

inline std::string lower(ByteView octets) {
  std::string out = to_hex(octets);
  for (auto& c : out) c = static_cast<char>(std::tolower(c));
  return out;
}

}  // namespace eider::smdp::es8
