#include "world/handset.hpp"

#include "channel/sms.hpp"
#include "profile/identity.hpp"
#include "spec/sgp22/es8plus.hpp"

namespace eider::world {
namespace {
constexpr std::uint8_t kPin1 = 0x01;
constexpr std::uint16_t kPinBlocked = 0x6983, kPinDisabled = 0x6984;

std::uint16_t refusal(const Status& status) {
  const auto* sw = status ? nullptr : status.error().as<StatusWord>();
  return sw ? sw->sw : std::uint16_t{0};
}
bool is_wrong_code(std::uint16_t sw) {
  return (sw & 0xFFF0) == 0x63C0;
}
// A refusal ends what was tried, and not the session.
Status refused_is_fine(const Status& status) {
  return refusal(status) != 0 ? Status() : status;
}
Bytes pin_octets(const std::string& pin) {
  return to_bytes(profile::encode_pin(pin)->view());
}
const Bytes& usim_aid() {
  static const Bytes aid = hex("A0000000871002");
  return aid;
}
}  // namespace

Handset::Handset(const Parts& parts, Dice& dice)
    : parts_(parts), dice_(dice), modem_(parts.link), terminal_(modem_, parts.clock), client_(modem_) {}

void Handset::say(const Subscriber& s, const std::string& what) {
  parts_.journal.note([&] { return parts_.name + " with " + s.name + ": " + what; });
}

std::string Handset::new_pin() {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>('0' + dice_.below(10));
  return out;
}

Result<Subscriber*> Handset::power_on() {
  EIDER_TRY(on, terminal_.power_on());
  parts_.laws.card_woke(parts_.card, on.atr);
  auto found = client_.select_path(hex("2FE2"));
  if (!found) {
    if (!found.error().as<StatusWord>()) return fail(found.error());
    parts_.laws.sim_identified(parts_.card, std::nullopt);
    return nullptr;
  }
  EIDER_TRY(iccid, client_.read_binary(*found));
  parts_.laws.sim_identified(parts_.card, iccid);
  return parts_.core.find(iccid);
}

Status Handset::use() {
  EIDER_TRY(subscriber, power_on());
  if (!subscriber) return {};
  if (dice_.chance(700))
    if (auto opened = refused_is_fine(verify(*subscriber)); !opened) return opened;
  for (auto n = dice_.between(1, 5); n > 0; --n) {
    if (auto done = refused_is_fine(act(*subscriber)); !done) return done;
    if (dice_.chance(50)) return suspend();
  }
  return {};
}

Status Handset::act(Subscriber& s) {
  const auto what = dice_.below(100);
  parts_.journal.mark(1000 + what);
  if (what < 15) return verify(s);
  if (what < 25) return change_pin(s);
  if (what < 35) return switch_pin(s);
  if (what < 55) return use_file();
  if (what < 78) return authenticate(s);
  return over_the_air(s);
}

// ---- the user's PIN

Status Handset::verify(Subscriber& s) {
  if (parts_.faults.happens(FaultKind::kWrongPin, 200)) {
    say(s, "a wrong PIN");
    const auto status = client_.verify(kPin1, pin_octets(s.pins.front() == "9999" ? "9998" : "9999"));
    return refusal(status) == kPinBlocked ? unblock(s) : status;
  }
  Status status;
  for (auto tries = s.pins.size(); tries > 0; --tries) {
    status = client_.verify(kPin1, pin_octets(s.pins.front()));
    const auto sw = refusal(status);
    if (status) s.pins = {s.pins.front()};
    if (sw == kPinDisabled) return {};
    if (sw == kPinBlocked) return unblock(s);
    if (!is_wrong_code(sw)) return status;
    // Not this one: an earlier change was carried out or was not.
    std::rotate(s.pins.begin(), s.pins.begin() + 1, s.pins.end());
  }
  // A card on which the Profile was installed anew has the PIN that it was sold with.
  s.pins.push_back(s.subscription.pin1);
  return status;
}

Status Handset::unblock(Subscriber& s) {
  const auto pin = new_pin();
  s.pins.insert(s.pins.begin(), pin);
  const auto puk = to_bytes(profile::encode_puk(s.subscription.puk1)->view());
  auto status = client_.unblock(kPin1, puk, pin_octets(pin));
  if (status) s.pins = {pin};
  say(s, "unblocks its PIN: " + std::string(status ? "ok" : status.error().message()));
  return status;
}

Status Handset::change_pin(Subscriber& s) {
  const auto pin = new_pin(), old = s.pins.front();
  auto status = client_.change(kPin1, pin_octets(old), pin_octets(pin));
  const auto sw = refusal(status);
  if (status) s.pins = {pin};
  if (!status && sw == 0) s.pins.insert(s.pins.begin(), pin);  // nobody knows
  say(s, "changes its PIN: " + std::string(status ? "ok" : status.error().message()));
  return sw == kPinBlocked ? unblock(s) : status;
}

Status Handset::switch_pin(Subscriber& s) {
  const auto pin = pin_octets(s.pins.front());
  auto status = client_.disable(kPin1, pin);
  if (refusal(status) == kPinDisabled) status = client_.enable(kPin1, pin);
  return refusal(status) == kPinBlocked ? unblock(s) : status;
}

// ---- files

Status Handset::select_usim() {
  EIDER_CHECK(client_.select_application(usim_aid()));
  return {};
}

// EF.LOCI, EF.PSLOCI and EF.FPLMN: read by every terminal, and written by it (TS 31.102 section 5.2).
Status Handset::use_file() {
  EIDER_CHECK(select_usim());
  static constexpr std::string_view kFiles[] = {"7FFF6F7E", "7FFF6F73", "7FFF6F7B"};
  const std::string path(kFiles[dice_.below(std::size(kFiles))]);
  EIDER_TRY(fcp, client_.select_path(hex(path)));
  if (dice_.chance(500)) {
    Bytes content(fcp.size);
    for (auto& octet : content) octet = static_cast<std::uint8_t>(dice_.below(256));
    const auto written = client_.update_binary(0, content);
    if (written || refusal(written) == 0)
      parts_.laws.sim_wrote(parts_.card, path, content, written.has_value());
    EIDER_CHECK(written);
  }
  EIDER_TRY(content, client_.read_binary(fcp));
  parts_.laws.sim_read(parts_.card, path, content);
  return {};
}

// ---- the network

Result<bool> Handset::challenge(Subscriber& s, const auc::Vector& v, bool fresh) {
  const CommandApdu command{0x00, 0x88, 0x00, 0x81, concat({hex("10"), v.rand, hex("10"), v.autn}), 256};
  EIDER_TRY(answer, client_.send(command));
  if (!answer.good()) return fail(StatusWord{answer.sw});
  const auto& data = answer.data;
  const auto keys = [&] {
    Bytes out = {0xDB};
    for (const ByteView part : {ByteView(v.keys.res), ByteView(v.keys.ck), ByteView(v.keys.ik)}) {
      out.push_back(static_cast<std::uint8_t>(part.size()));
      append(out, part);
    }
    return out;
  };
  if (!data.empty() && data[0] == 0xDB) {
    const auto expected = keys();
    parts_.laws.require(
        data.size() >= expected.size() && equal(ByteView(data).first(expected.size()), expected), "aka.keys",
        [&] { return parts_.name + " gave other keys than the network has"; });
    return true;
  }
  const bool auts = data.size() == 16 && data[0] == 0xDC && data[1] == 14;
  parts_.laws.require(auts, "aka.answer", [&] { return parts_.name + " answers " + to_hex(data); });
  if (!auts || !fresh) return false;
  const auto sqn = s.auc.resynchronise(v.rand, ByteView(data).subspan(2));
  parts_.laws.require(sqn.has_value(), "aka.resync",
                      [&] { return parts_.name + ": AUTS is not that of the card"; });
  return false;
}

Status Handset::authenticate(Subscriber& s) {
  EIDER_CHECK(select_usim());
  if (!s.vectors.empty() && parts_.faults.happens(FaultKind::kOldVector, 200)) {
    EIDER_TRY(accepted, challenge(s, dice_.pick(s.vectors), false));
    say(s, accepted ? "an old vector, new to this card" : "an old vector is refused");
    return {};
  }
  if (parts_.faults.happens(FaultKind::kCoreRestored, 150)) parts_.core.restore(s);
  for (int round = 0; round < 2; ++round) {
    s.vectors.push_back(s.auc.next());
    EIDER_TRY(accepted, challenge(s, s.vectors.back(), true));
    if (accepted) return {};
    say(s, "resynchronises");
    parts_.laws.require(round == 0, "aka.resync",
                        [&] { return parts_.name + " refuses a vector after its own AUTS"; });
  }
  return {};
}

namespace {
const etsi::SmsAddress kOperatorNumber{0x91, "12345"};
constexpr const char* kLociPath = "7FFF6F7E";
const etsi::Spi kSpi = *etsi::Spi::decode(0x16, 0x09);  // checksum, cipher, higher counter; PoR with checksum
}  // namespace

// An update of a file by the USIM's remote manager, or ES6.UpdateMetadata to the MNO-SD.
Status Handset::over_the_air(Subscriber& s) {
  if (!s.messages.empty() && parts_.faults.happens(FaultKind::kOtaReplayed, 250)) return replay(s);
  const bool metadata = dice_.chance(300);
  Bytes content(11);
  for (auto& octet : content) octet = static_cast<std::uint8_t>(dice_.below(256));
  std::vector<Bytes> commands = mno::update_binary_script(hex(kLociPath), 0, content);
  if (metadata) {
    sgp22::UpdateMetadataRequest request;
    request.profileName = "Name " + std::to_string(dice_.below(100));
    commands = mno::update_metadata_script(der::encode(request));
  }
  const auto& keys = s.subscription.ota;
  const auto tar = *etsi::Tar::from(hex(metadata ? "B20100" : "B00020"));
  const auto script = etsi::encode_script(commands, etsi::ScriptFormat::kCompact);
  if (!script) return fail(script.error());
  mno::OtaServer server(terminal_, parts_.core.counters(), {keys, s.name, kOperatorNumber, {}});
  // What is sent is remembered before anybody knows whether it arrived.
  auto sent = server.send({tar, kSpi, *script});
  const auto counter = parts_.core.counters().last(s.name);
  s.messages.push_back(
      {{kSpi, keys.kic_use(), keys.kid_use(), tar, counter, *script}, metadata ? Bytes() : content});
  const bool ok = sent && sent->response && sent->response->packet.status == etsi::ResponseStatus::kOk;
  if (ok) parts_.laws.sim_carried_out(parts_.card, counter);
  if (!metadata && (!sent || ok)) parts_.laws.sim_wrote(parts_.card, kLociPath, content, ok);
  say(s, "message " + std::to_string(counter) + (ok ? " carried out" : " without proof"));
  return sent ? Status() : fail(sent.error());
}

namespace {
// The status of a proof of receipt; nothing when none came. 027100, RPL, RHL, TAR, CNTR and PCNTR stand
// before it (TS 102 225 section 5.2).
Result<std::optional<std::uint8_t>> deliver(device::Terminal& terminal, ByteView packet) {
  EIDER_TRY(parts, channel::segment_packet(packet, etsi::kIeiCommandPacket, 0xEE));
  std::optional<std::uint8_t> status;
  for (const auto& part : parts) {
    etsi::SmsDeliver message;
    message.has_header = true;
    message.originator = kOperatorNumber;
    message.protocol_identifier = etsi::kPidDataDownload;
    message.data_coding_scheme = etsi::kDcsClass2;
    message.user_data = part;
    EIDER_TRY(delivery, terminal.deliver(message));
    if (delivery.report.size() > 15) status = delivery.report[15];
  }
  return status;
}
}  // namespace

// Somebody who listened sends a message again.
Status Handset::replay(Subscriber& s) {
  const auto& old = dice_.pick(s.messages);
  const auto packet = channel::scp80::seal_command(old.packet, s.subscription.ota, {});
  if (!packet) return fail(packet.error());
  const auto status = deliver(terminal_, *packet);
  const bool taken = status && *status == std::uint8_t{0};
  if (taken) parts_.laws.sim_carried_out(parts_.card, old.packet.counter);
  // A card that never got it takes it now.
  if (!old.content.empty() && (taken || !status))
    parts_.laws.sim_wrote(parts_.card, kLociPath, old.content, taken);
  say(s, "message " + std::to_string(old.packet.counter) + (taken ? " again: taken" : " again: refused"));
  return status ? Status() : fail(status.error());
}

// ---- SUSPEND UICC (ETSI TS 102 221 section 11.1.22)

Status Handset::suspend() {
  EIDER_TRY(answer, client_.send(hex("8076000004000A02020A")));
  if (!answer.good() || answer.data.size() != 10) return {};
  EIDER_CHECK(parts_.link.power_cycle());
  auto resume = hex("8076010008");
  append(resume, ByteView(answer.data).subspan(2));
  EIDER_TRY(resumed, client_.send(resume));
  parts_.laws.require(resumed.good(), "suspend.resume",
                      [&] { return parts_.name + " does not resume with its token"; });
  EIDER_TRY(again, client_.send(resume));
  parts_.laws.require(!again.good(), "suspend.once",
                      [&] { return parts_.name + " resumes twice with one token"; });
  return {};
}

Status Handset::works() {
  constexpr int kTries = 6;  // until a PIN that nobody remembers is blocked and unblocked
  EIDER_TRY(subscriber, power_on());
  if (!subscriber) return {};
  Status open;
  for (int n = 0; n < kTries; ++n) {
    open = verify(*subscriber);
    if (open || refusal(open) == 0) break;
  }
  EIDER_CHECK(open);
  EIDER_CHECK(authenticate(*subscriber));
  return use_file();
}

}  // namespace eider::world
