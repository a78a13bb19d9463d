#include "roles/smsr/card_double.hpp"

#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "roles/smsr/smsr.hpp"
#include "spec/etsi/remote_apdu.hpp"
#include "spec/sgp02/store_data.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/must.hpp"

namespace eider::smsr::test {
namespace {
namespace es5 = sgp02::es5;
namespace scp80 = channel::scp80;
namespace scp81 = channel::scp81;
using eider::test::must;
using Id = es5::FunctionId;

const Aid kIsdR = *Aid::from(sgp22::kIsdRAid);
constexpr std::uint8_t kDisabled = 0x1F, kEnabled = 0x3F;

std::vector<Bytes> messages(ByteView packet) {
  return must(channel::segment_packet(packet, etsi::kIeiResponsePacket, 7));
}
}  // namespace

Aid CardDouble::enabled() const {
  for (const auto& [aid, p] : isdps)
    if (p.life_cycle == kEnabled) return aid;
  return {};
}

std::vector<Bytes> CardDouble::receive(ByteView user_data) {
  const auto whole = must(reassembler_.add({0x91, "12345"}, user_data));
  if (!whole) return {};
  const auto header = must(scp80::read_command_header(whole->payload));
  const auto keys = key_sets.find(header.kic.version);
  if (keys == key_sets.end()) return {};
  const auto command = scp80::open_command(whole->payload, keys->second);
  if (!command) return {};
  const auto protection = scp80::ResponseProtection::of(*command);
  const auto respond = [&](etsi::ResponseStatus status, Bytes data) -> std::vector<Bytes> {
    if (command->spi.por == etsi::PorRequest::kNever) return {};
    return messages(must(scp80::seal_response({command->tar, command->counter, status, std::move(data)},
                                              protection, keys->second)));
  };
  if (scp80::check_counter(command->spi.counter, command->counter, last_counter))
    return respond(etsi::ResponseStatus::kCounterLow, {});
  last_counter = command->counter;
  counters.push_back(command->counter);
  if (!command->data.empty() && command->data[0] == 0x81) {
    triggered = true;
    return {};
  }
  return respond(etsi::ResponseStatus::kOk, execute(command->data));
}

Bytes CardDouble::execute(ByteView script) {
  const auto format = etsi::script_format(script);
  etsi::ScriptResponse out;
  out.format = format;
  for (const auto& item : etsi::read_script(script)) {
    if (item.kind != etsi::ScriptItem::Kind::kCommand) continue;
    const auto command = must(parse_command(item.octets));
    out.responses.push_back(run(command));
    ++out.executed;
    if (out.responses.back().sw != 0x9000) break;
  }
  return out.encode();
}

ResponseApdu CardDouble::run(const CommandView& c) {
  const auto* f = es5::find_function(c);
  if (!f) return {{}, 0x6D00};
  executed.emplace_back(f->name);
  if (refuse_next && f->id != Id::kHandleNotificationConfirmation)
    return {{}, *std::exchange(refuse_next, std::nullopt)};
  switch (f->id) {
    case Id::kCreateISDP: {
      const auto create = must(es5::CreateISDP::decode(c));
      if (isdps.contains(create.isdp_aid)) return {{}, 0x6A80};
      isdps[create.isdp_aid] = {};
      return {hex("00"), 0x9000};
    }
    case Id::kEnableProfile:
    case Id::kDisableProfile: {
      const auto aid = must(es5::decode_profile_command(c));
      const auto it = isdps.find(aid);
      if (it == isdps.end()) return {{}, 0x6A88};
      const bool enable = f->id == Id::kEnableProfile;
      if (it->second.life_cycle != (enable ? kDisabled : kEnabled)) return {{}, 0x6985};
      if (const auto now = isdps.find(enabled()); now != isdps.end() && now->second.disabling_forbidden)
        return {{}, 0x69E1};
      pending_ = enable ? aid : Aid{};
      if (!enable)
        for (const auto& [other, p] : isdps)
          if (p.fallback) pending_ = other;
      return {{}, 0x9000};
    }
    case Id::kDeleteProfile:
    case Id::kMasterDelete: {
      const auto aid = f->id == Id::kMasterDelete ? must(es5::MasterDelete::decode(c)).isdp_aid
                                                  : must(es5::decode_delete_profile(c));
      const auto it = isdps.find(aid);
      if (it == isdps.end()) return {{}, 0x6A88};
      if (it->second.life_cycle == kEnabled || it->second.fallback) return {{}, 0x6985};
      isdps.erase(it);
      return {hex("00"), 0x9000};
    }
    case Id::kSetFallbackAttribute: {
      const auto aid = must(es5::decode_profile_command(c));
      if (!isdps.contains(aid)) return {{}, 0x6A88};
      for (auto& [other, p] : isdps) p.fallback = other == aid;
      return {{}, 0x9000};
    }
    case Id::kHandleNotificationConfirmation: {
      const auto number = must(es5::decode_notification_confirmation(c));
      if (confirms_again && confirmed_.contains(number)) return {confirmed_[number], 0x9000};
      if (number != unconfirmed) return {{}, 0x6A88};
      unconfirmed.reset();
      std::vector<Aid> deleted;
      if (before_ && isdps.contains(*before_) && isdps[*before_].delete_when_disabled) {
        deleted.push_back(*before_);
        isdps.erase(*before_);
      }
      before_.reset();
      confirmed_[number] = es5::encode_confirmation_answer(deleted);
      return {confirmed_[number], 0x9000};
    }
    case Id::kGetStatus: {
      const auto wanted = find_tlv(c.data, 0x4F);
      Bytes out;
      for (const auto& [aid, p] : isdps)
        if (!wanted || wanted->value.empty() || equal(wanted->value, aid))
          append(out, es5::ProfileStatus{aid, p.life_cycle, p.fallback, {}, {}}.encode());
      if (out.empty()) return {{}, 0x6A88};
      return {out, 0x9000};
    }
    case Id::kGetMemory:
      return {es5::Memory{2, 400'000, 8'000}.encode(), 0x9000};
    case Id::kFinaliseISDRhandover:
      for (const auto& r : must(es5::decode_finalise_handover(c)))
        if (r.key_version <= 0x0F && !key_sets.contains(r.key_version)) return {{}, es5::kNotFound};
      for (const auto& r : must(es5::decode_finalise_handover(c))) key_sets.erase(r.key_version);
      return {{}, 0x9000};
    case Id::kUpdateSMSRAddressingParameters:
    case Id::kSetEmergencyProfileAttribute:
    case Id::kInstallForPersonalization:
      return {{}, 0x9000};
    case Id::kEstablishISDRKeySet:
      return establish(c.data);
    case Id::kGetEcasdData:
      break;
  }
  return {{}, 0x6D00};
}

// EstablishISDRKeySet, as the facts have it in section 6.
ResponseApdu CardDouble::establish(ByteView data) {
  namespace s3 = channel::scenario3;
  if (sgp02::dgi_of(data) == 0x3A01) {
    const auto certificate = must(crypto::GpCertificate::decode(must(sgp02::dgi_value(data))));
    sr_key = certificate.public_key();
    challenge_ = hex("B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF");
    return {make_tlv(0x85, challenge_), 0x9000};
  }
  const auto parts = must(s3::CommandData::decode(data, crypto::Curve::kP256));
  if (!sr_key ||
      !crypto::verify(*sr_key, s3::signature_input(parts.crt_tlv, parts.public_key_tlv, challenge_),
                      parts.signature))
    return {{}, 0x6982};
  const auto shared = must(ecasd->agree(parts.one_time_key));
  const Bytes random = hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
  const auto set = s3::derive(shared.view(), parts.crt, random, {});
  const Bytes done = s3::encode_answer(random, must(s3::receipt(set, parts.crt_tlv, random)));
  if (parts.crt.key_type == s3::kPskTls) {
    if (!given_psks.insert(parts.crt.key_version).second) return {{}, es5::kNotFound};
    psk = set.keys.front();
    psk_version = parts.crt.key_version;
    return {done, 0x9000};
  }
  scp80::KeySet keys;
  keys.version = parts.crt.key_version;
  keys.kic = scp80::Key{true, set.keys.at(0), 8};
  keys.kid = scp80::Key{true, set.keys.at(1), 8};
  key_sets[keys.version] = keys;
  last_counter = 0;
  return {done, 0x9000};
}

Bytes CardDouble::notification_packet(const es5::Notification& n) const {
  const auto& keys = key_sets.begin()->second;
  scp80::CommandPacket packet;
  packet.spi.ciphered = false;
  packet.spi.counter = etsi::CounterMode::kNone;
  packet.spi.por = etsi::PorRequest::kNever;
  packet.spi.por_integrity = etsi::Integrity::kNone;
  packet.kic = keys.kic_use();
  packet.kid = keys.kid_use();
  packet.tar = tar_of(kIsdR);
  packet.data = n.encode();
  return messages(must(scp80::seal_command(packet, keys))).front();
}
Bytes CardDouble::notify(es5::NotificationType type, const Aid& isdp) {
  es5::Notification n;
  n.eid = eid;
  n.type = type;
  n.sequence_number = ++sequence;
  n.isdp_aid = isdp;
  unconfirmed = sequence;
  return last_notification_ = notification_packet(n);
}
Bytes CardDouble::switch_now() {
  before_ = enabled();
  for (auto& [aid, p] : isdps)
    if (p.life_cycle == kEnabled) p.life_cycle = kDisabled;
  isdps.at(*pending_).life_cycle = kEnabled;
  pending_.reset();
  return notify(es5::NotificationType::kProfileChangeSucceeded, enabled());
}
Bytes CardDouble::roll_back() {
  pending_.reset();
  if (before_) {
    for (auto& [aid, p] : isdps)
      if (p.life_cycle == kEnabled) p.life_cycle = kDisabled;
    isdps.at(*before_).life_cycle = kEnabled;
    before_.reset();
  }
  return notify(es5::NotificationType::kProfileChangeFailedAndRollBack, enabled());
}

// ---- Sessions

SessionPair::SessionPair(SmSr& smsr, CardDouble& card, std::string uri)
    : card_(card),
      session_(std::in_place, smsr.context()),
      tls_(must(channel::PskTls::client(scp81::PskIdentity{card.eid, kIsdR, 1, card.psk_version}.text(),
                                        card.psk))),
      uri_(std::move(uri)) {}

void SessionPair::shuttle() {
  for (bool more = true; more && session_;) {
    const auto to_server = tls_.output();
    if (!to_server.empty() && !session_->over()) must(session_->feed(to_server));
    const auto to_card = session_->output();
    if (!to_card.empty()) must(tls_.feed(to_card));
    more = !to_server.empty() || !to_card.empty();
  }
  must(reader_.feed(tls_.read()));
}

void SessionPair::post(bool resume, Bytes body, std::optional<scp81::ScriptStatus> status) {
  shuttle();
  scp81::AdminRequest r;
  r.uri = uri_;
  r.host = "smsr.example";
  r.eid = card_.eid;
  r.agent = kIsdR;
  r.resume = resume;
  r.status = status;
  r.body = std::move(body);
  must(tls_.write(r.encode()));
  shuttle();
}

bool SessionPair::run(std::size_t most) {
  if (session_ && !session_->over()) must(session_->poll());
  shuttle();
  while (const auto response = reader_.next()) {
    last_status = response->status;
    if (response->status != 200 || !response->next_uri) return false;
    uri_ = *response->next_uri;
    if (scripts++ >= most) return true;
    post(false, card_.execute(response->body), scp81::ScriptStatus::kOk);
  }
  return true;
}

}  // namespace eider::smsr::test
