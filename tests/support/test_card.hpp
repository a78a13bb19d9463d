// A card for tests: personalised from the test PKI, on a memory that can lose power, driven by APDUs.
#pragma once
#include <stdexcept>

#include "card/euicc.hpp"
#include "card/manufacture.hpp"
#include "codec/apdu.hpp"
#include "codec/der.hpp"
#include "roles/eum/eum.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/test_pki.hpp"

namespace eider::test {

inline const char kCardEid[] = "89049032000000000000000000000163";

inline eum::EumSigner eum_signer(const TestPki& pki, crypto::Curve curve) {
  const auto& item = pki.get(crypto::CertificateRole::kEum, curve);
  return {pki.get(crypto::CertificateRole::kCi, curve).certificate, item.certificate,
          crypto::make_signing_key(*item.key)};
}

template <class T>
T must(Result<T> r) {
  if (!r) throw std::runtime_error(r.error().message());
  return *std::move(r);
}
inline void must(Status s) {
  if (!s) throw std::runtime_error(s.error().message());
}

struct CardResponse {
  Bytes data;
  std::uint16_t sw = 0;
};

// Sends commands the way an LPA does: on channel 1, in blocks, fetching 61xx and 6Cxx answers.
class CardDriver {
 public:
  explicit CardDriver(CardPort& card) : card_(card) {}

  CardResponse apdu(ByteView command) {
    auto r = card_.transmit(command);
    if (!r) throw std::runtime_error(r.error().message());
    auto parsed = must(parse_response(*r));
    CardResponse out{parsed.data, parsed.sw};
    const std::uint8_t cla = command.empty() ? 0 : command[0];
    Bytes again = to_bytes(command);
    while (out.sw >> 8 == 0x61 || out.sw >> 8 == 0x6C) {
      if (out.sw >> 8 == 0x61) again = {cla, 0xC0, 0, 0, 0};
      again.back() = static_cast<std::uint8_t>(out.sw);  // 6Cxx: the same command with the right Le
      parsed = must(parse_response(must(card_.transmit(again))));
      append(out.data, parsed.data);
      out.sw = parsed.sw;
    }
    return out;
  }
  CardResponse apdu(std::string_view text) { return apdu(hex(text)); }

  // Opens channel 1 and selects the ISD-R on it.
  CardResponse open() {
    apdu("0070000001");
    Bytes select = hex("01A4040010");
    append(select, sgp22::kIsdRAid);
    select.push_back(0);
    return apdu(select);
  }
  CardResponse store_data(ByteView command, std::size_t block = 255) {
    std::uint8_t number = 0;
    do {
      const auto n = std::min(block, command.size());
      const bool last = n == command.size();
      CommandApdu c{
          0x81, 0xE2, static_cast<std::uint8_t>(last ? 0x91 : 0x11), number++, to_bytes(command.first(n)),
          256};
      command = command.subspan(n);
      auto r = apdu(c.encode());
      if (last || r.sw != 0x9000) return r;
    } while (true);
  }
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

struct TestCard {
  SeededRandom random;
  card::MemoryNvm nvm;
  card::Euicc euicc;
  CardDriver driver;

  explicit TestCard(const TestPki& pki, const eum::CardModel& model = {}, std::string_view eid = kCardEid,
                    std::vector<crypto::Curve> curves = {crypto::Curve::kP256}, std::uint64_t seed = 7)
      : random(seed), euicc(nvm, random), driver(euicc) {
    std::vector<eum::EumSigner> signers;
    for (const auto curve : curves) signers.push_back(eum_signer(pki, curve));
    const auto id = sgp22::parse_eid(eid);
    if (!id) throw std::logic_error("EID");
    must(card::manufacture(must(eum::personalise(model, *id, signers, pki_time(), random)), nvm));
    power_on();
  }
  TestCard(const TestCard&) = delete;
  void power_on() {
    nvm.restore_power();
    must(euicc.reset());
    driver.open();
  }
};

}  // namespace eider::test
