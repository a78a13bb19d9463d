// A card for tests: personalised from the test PKI, on a memory that can lose power, driven by APDUs.
#pragma once
#include "card/euicc.hpp"
#include "card/manufacture.hpp"
#include "codec/apdu.hpp"
#include "codec/der.hpp"
#include "roles/eum/eum.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/must.hpp"
#include "support/test_pki.hpp"

namespace eider::test {

inline const char kCardEid[] = "89049032000000000000000000000163";

eum::EumSigner eum_signer(const TestPki& pki, crypto::Curve curve);

struct CardResponse {
  Bytes data;
  std::uint16_t sw = 0;
};

// Sends commands the way an LPA does: on channel 1, in blocks, fetching 61xx and 6Cxx answers.
class CardDriver {
 public:
  explicit CardDriver(CardPort& card) : card_(card) {}

  CardResponse apdu(ByteView command);
  CardResponse apdu(std::string_view text) { return apdu(hex(text)); }

  // Opens channel 1 and selects the ISD-R on it.
  CardResponse open();
  CardResponse store_data(ByteView command, std::size_t block = 255);
  CardResponse store_data(std::string_view text) { return store_data(hex(text)); }

  // Encodes the request, expects 9000 or 91xx, decodes the answer.
  template <class Response, class Request>
  Response call(const Request& request) {
    auto r = store_data(der::encode(request));
    if (r.sw != 0x9000 && r.sw >> 8 != 0x91)
      throw std::runtime_error("status word " + to_hex(Bytes{static_cast<std::uint8_t>(r.sw >> 8),
                                                             static_cast<std::uint8_t>(r.sw)}));
    return must(der::decode<Response>(r.data, der::Rules::strict()));
  }

 private:
  CardPort& card_;
};

// TERMINAL PROFILE with REFRESH (byte 3 bit 8), optionally with "eUICC Profile State Change" (byte 34 bit 6).
std::string terminal_profile(bool state_change = false);

struct TestCard {
  SeededRandom random;
  card::MemoryNvm nvm;
  card::Euicc euicc;
  CardDriver driver;

  explicit TestCard(const TestPki& pki, const eum::CardModel& model = {}, std::string_view eid = kCardEid,
                    std::vector<crypto::Curve> curves = {crypto::Curve::kP256}, std::uint64_t seed = 7);
  TestCard(const TestCard&) = delete;
  void power_on();
};

}  // namespace eider::test
