// A hostile terminal in front of a card with an LPA of its own: TERMINAL RESPONSEs, events, timers and
// choices from the input, resets between them. Every answer must be one, every command well-formed, and no
// Profile may come of it.
#include <cstdlib>

#include "card/euicc.hpp"
#include "card/inspect.hpp"
#include "codec/tlv.hpp"
#include "lpae/assistant.hpp"
#include "spec/etsi/proactive_command.hpp"
#include "support/test_card.hpp"

namespace {
using namespace eider;
namespace cat = etsi::cat;

const card::MemoryNvm& memory() {
  static const card::MemoryNvm made = [] {
    SeededRandom random(1);
    const auto pki = test::make_test_pki({crypto::Curve::kP256});
    const auto signer = test::eum_signer(pki, crypto::Curve::kP256);
    eum::CardModel model;
    model.lpae.emplace().nameServer = hex("C00002350035");
    model.default_smdp_address = "smdpp.example.com";
    card::MemoryNvm nvm;
    test::must(
        card::manufacture(test::must(eum::personalise(model, *sgp22::parse_eid(test::kCardEid),
                                                      std::span(&signer, 1), test::pki_time(), random)),
                          nvm));
    return nvm;
  }();
  return made;
}

struct Input {
  ByteView rest;
  std::uint8_t octet() {
    if (rest.empty()) return 0;
    const auto out = rest[0];
    rest = rest.subspan(1);
    return out;
  }
  ByteView piece() {
    const auto n = std::min<std::size_t>(octet(), rest.size());
    const auto out = rest.first(n);
    rest = rest.subspan(n);
    return out;
  }
};

std::uint16_t send(card::Euicc& card, std::uint8_t ins, ByteView data, Bytes* out = nullptr) {
  CommandApdu c{0x80, ins, 0, 0, to_bytes(data), {}};
  if (ins == 0x12) c.le = 256;
  const auto answer = card.transmit(c.encode());
  if (!answer || answer->size() < 2) std::abort();
  const auto n = answer->size();
  if (out) out->assign(answer->begin(), answer->end() - 2);
  return static_cast<std::uint16_t>((*answer)[n - 2] << 8 | (*answer)[n - 1]);
}

// All bits, so that everything is asked for.
void power_on(card::Euicc& card) {
  if (!card.reset()) std::abort();
  send(card, 0x10, Bytes(34, 0xFF));
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{{data, size}};
  card::MemoryNvm nvm = memory();
  SeededRandom random(2);
  card::Euicc card(nvm, random, lpae::in_the_card());
  power_on(card);
  for (int i = 0; i < 200 && !input.rest.empty(); ++i) {
    const auto kind = input.octet();
    if (kind % 16 == 0) {
      power_on(card);
    } else if (kind % 4 == 1) {
      Bytes command;
      if (send(card, 0x12, {}, &command) != 0x9000) continue;
      const auto read = cat::read_command(command);
      if (!read) std::abort();  // our own commands are well-formed
      cat::TerminalAnswer answer(static_cast<cat::GeneralResult>(input.octet()));
      Bytes response = cat::encode_answer(read->details, answer);
      const auto more = input.piece();
      append(response, more.first(std::min(more.size(), 255 - response.size())));
      send(card, 0x14, response);
    } else {
      constexpr std::uint8_t kTags[] = {cat::kMenuSelection, cat::kEventDownload, cat::kTimerExpiration};
      Bytes content = to_bytes(input.piece());
      if (kind % 4 == 2)
        content = Bytes{0x82, 0x02, 0x01, 0x81, 0x90, 0x01, static_cast<std::uint8_t>(kind >> 4)};
      if (content.size() > 250) content.resize(250);
      send(card, 0xC2, make_tlv(kTags[kind % 4 == 2 ? 0 : kind % 3], content));
    }
  }
  const auto view = card::inspect(nvm);
  if (!view || !view->profiles.empty()) std::abort();
  return 0;
}
