// Cards of the M2M architecture (SGP.02) for tests of card, SM-SR and SM-DP: personalised by the EUM from the
// test PKI, with a bootstrap Profile, in a terminal.
#pragma once
#include "card/euicc.hpp"
#include "card/manufacture.hpp"
#include "channel/scp80.hpp"
#include "channel/sms.hpp"
#include "crypto/gp_certificate.hpp"
#include "device/terminal.hpp"
#include "roles/eum/m2m.hpp"
#include "spec/etsi/remote_apdu.hpp"
#include "spec/sgp02/es5.hpp"
#include "support/must.hpp"
#include "support/test_card.hpp"

namespace eider::test {

inline const char kM2mEid[] = "89049032000000000000000000000163";
inline const char kBootstrapIccid[] = "8988211000000000019", kSecondIccid[] = "8988211000000000027";
inline const char kSmsrNumber[] = "4917655500001";  // the SM-SR of every card here

// Made once: CI, EUM and the rest on P-256.
const TestPki& m2m_pki();

// A package of the generic Profile. `pol1` stands in its header; service centre 4917655599999 in its
// connectivity parameters.
Bytes m2m_package(const char* iccid, std::uint8_t pol1 = 0);

struct M2mPlan {
  std::string_view eid = kM2mEid;
  eum::CardModel model;
  eum::M2mModel m2m;
  std::uint64_t seed = 7;
  // One bootstrap Profile, enabled, with the fall-back attribute; SM-SR's number; SIN 0102, SDIN 0304.
  static M2mPlan usual();
};
// The record of the EUM: keys of the ISD-R, certificate, Profiles.
eum::M2mCard make_m2m_card(const M2mPlan& plan = M2mPlan::usual());

// CERT.DP.ECDSA or CERT.SR.ECDSA of this key, issued by the CI of m2m_pki().
crypto::GpCertificate gp_certificate(crypto::GpRole role, const crypto::PublicKey& key);

// Keys of SCP80 as the EIS has them; the PSK of SCP81.
channel::scp80::KeySet scp80_keys(const eum::M2mCard& card, std::uint8_t version = 0x01);
Secret psk_of(const eum::M2mCard& card, std::uint8_t version = 0x40, std::uint8_t identifier = 0x01);

// The card's randoms: seeded, unless a test gives others.
struct CardRandom final : Random {
  SeededRandom seeded;
  Random* instead = nullptr;
  explicit CardRandom(std::uint64_t seed) : seeded(seed) {}
  void fill(std::span<std::uint8_t> out) override { (instead ? *instead : seeded).fill(out); }
};

// A card on its memory, powered off.
struct M2mTestCard {
  eum::M2mCard made;
  card::MemoryNvm nvm;
  CardRandom random;
  card::Euicc euicc;

  explicit M2mTestCard(const M2mPlan& plan = M2mPlan::usual());
  M2mTestCard(const M2mTestCard&) = delete;
};

// The card in a terminal that knows its SM-SR: scripts go in by short message, what the card sends is kept.
struct M2mDevice : M2mTestCard, device::SmsPort {
  ManualClock clock{*parse_time("2026-03-01T12:00:00Z")};
  device::Terminal terminal;
  std::uint64_t counter = 0;  // of the last Command Packet
  channel::scp80::KeySet keys;
  bool coverage = true;  // without it, no short message leaves the terminal
  std::vector<sgp02::es5::Notification> notifications;
  std::vector<std::string> destinations, centres;  // of short messages, centres in hexadecimal

  explicit M2mDevice(const M2mPlan& plan = M2mPlan::usual(), device::TerminalPorts ports = {});
  // The card without the terminal, for commands of a device that knows more than this one.
  CardDriver& driver() { return driver_; }
  // Powers on; what the card declares is in `notifications`.
  void power_on();

  // What the terminal knows of the network; it tells the card at the next poll.
  void set_service(bool there);

  // One script to the ISD-R, or with `tar` to an ISD-P. Throws without a Response Packet, with a bad one, or
  // with another status than PoR OK.
  Bytes script(ByteView octets, std::string_view tar = "000001");
  std::vector<ResponseApdu> es5(const std::vector<CommandApdu>& commands,
                                etsi::ScriptFormat format = etsi::ScriptFormat::kExpanded);
  // Status word of one command.
  std::uint16_t sw(const CommandApdu& command) { return es5({command}).back().sw; }
  // Any packet; the Response Packets that came, still closed.
  std::vector<Bytes> deliver(ByteView packet, const etsi::SmsAddress& sender = {0x91, kSmsrNumber});
  Bytes sealed(ByteView data, std::string_view spi = "1639", std::string_view tar = "000001",
               std::optional<std::uint64_t> number = {});
  // Confirms the last notification; the status word.
  std::uint16_t confirm();
  // Time goes on until nothing happens before `duration` is over.
  void pass(Duration duration);
  // State of the ISD-P as GET STATUS tells it; 0: there is none.
  std::uint8_t state_of(std::uint16_t instance);

  device::SmsOutcome send(ByteView service_centre, ByteView tpdu) override;

 private:
  CardDriver driver_{euicc};
  std::vector<Bytes> responses_;
  channel::SmsReassembler reassembler_;
  std::uint8_t reference_ = 0;
};
sgp02::es5::Aid isdp_aid(std::uint16_t instance);

}  // namespace eider::test
