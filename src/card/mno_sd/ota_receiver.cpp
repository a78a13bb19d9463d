#include "card/mno_sd/ota_receiver.hpp"

#include "card/mno_sd/remote_applications.hpp"
#include "card/mno_sd/remote_script.hpp"
#include "codec/comprehension_tlv.hpp"

namespace eider::card {
namespace {
namespace cat = etsi::cat;
namespace scp80 = channel::scp80;
using etsi::PorRequest;
using etsi::ResponseStatus;

// The key set that protects the packet: that of its checksum, or else of its cipher. 0: none.
std::uint8_t key_version(const scp80::CommandHeader& h) {
  if (h.spi->integrity == etsi::Integrity::kCryptographicChecksum) return h.kid.version;
  return h.spi->ciphered ? h.kic.version : std::uint8_t{0};
}
}  // namespace

void OtaReceiver::close() {
  messages_.clear();
  registry_.reset();
}

Status OtaReceiver::open() {
  EIDER_CHECK(uicc_.open());
  const auto* profile = state_.enabled_profile();
  if (!profile || !uicc_.present()) {
    registry_.reset();
    return {};
  }
  if (registry_) return {};
  EIDER_TRY(registry, OtaRegistry::open(nvm_, profile->instance));
  registry_ = std::move(registry);
  return {};
}

Result<Answer> OtaReceiver::sms_pp_download(ByteView envelope) {
  const auto d1 = read_single_tlv(envelope, false);
  const auto members =
      d1 && d1->tag == cat::kSmsPpDownload ? read_comprehension_tlvs(d1->value) : std::nullopt;
  const auto* tpdu = members ? find_comprehension_tlv(*members, cat::tag::kSmsTpdu) : nullptr;
  if (!tpdu || !find_comprehension_tlv(*members, cat::tag::kDeviceIdentities)) return Answer(0x6A80);
  const auto sms = etsi::SmsDeliver::decode(tpdu->value);
  if (!sms) return Answer(0x6A80);
  if (!sms->has_header) return Answer(0x9000);
  Origin origin{{}, sms->originator};
  if (const auto* centre = find_comprehension_tlv(*members, cat::tag::kAddress))
    origin.service_centre = to_bytes(centre->value);
  auto whole = messages_.add(sms->originator, sms->user_data);
  if (!whole || !*whole) return Answer(0x9000);
  const bool secured = std::ranges::any_of((*whole)->elements, [](const etsi::InformationElement& e) {
    return e.identifier == etsi::kIeiCommandPacket && e.data.empty();
  });
  if (!secured) return Answer(0x9000);
  const auto& packet = (*whole)->payload;
  const auto header = scp80::read_command_header(packet);
  const bool platform = platform_ && header && platform_->owns(header->tar);
  Reply reply;
  if (platform) {
    EIDER_TRY(given, platform_->receive(packet));
    reply = std::move(given);
  } else {
    EIDER_CHECK(open());
    if (!registry_) return Answer(0x9000);
    EIDER_TRY(given, receive(packet));
    reply = std::move(given);
  }
  if (!reply.submit.empty()) submit(origin, reply.submit, platform ? platform_owner_ : Toolkit::kNobody);
  if (reply.report.empty()) return Answer(0x9000);
  return Answer(concat({etsi::kResponseHeader, reply.report}));
}

// What is decided here is decided before the sender has proved anything: no key protects the answer, and no
// message is sent, which would be at the subscriber's cost.
Result<OtaReceiver::Reply> OtaReceiver::receive(ByteView packet) {
  const auto header = scp80::read_command_header(packet);
  if (!header || !header->spi) return Reply{};
  const auto& spi = *header->spi;
  const auto refuse = [&](ResponseStatus status) {
    return spi.por == PorRequest::kNever ? Reply{} : Reply{scp80::plain_response(header->tar, status), {}};
  };
  const auto target = registry_->find(header->tar);
  if (!target) return refuse(ResponseStatus::kTarUnknown);
  if (!etsi::reaches_level(spi, target->minimum_security_level))
    return refuse(ResponseStatus::kInsufficientSecurityLevel);
  const auto version = key_version(*header);
  auto keys = registry_->keys(target->domain, version);
  if (!keys && version != 0) return refuse(ResponseStatus::kUnidentifiedSecurityError);
  if (!keys) keys = scp80::KeySet{0, {}, {}};
  auto command = scp80::open_command(packet, *keys, policy_);
  if (!command) return refuse(command.error().status);
  const Accepted accepted{*std::move(command), *std::move(keys), *target};
  // A response that cannot be protected as asked must be known before anything has an effect.
  const auto trial =
      scp80::seal_response({header->tar, 0, ResponseStatus::kOk, {}},
                           scp80::ResponseProtection::of(accepted.command), accepted.keys, policy_);
  if (spi.por != PorRequest::kNever && !trial) return refuse(ResponseStatus::kUnidentifiedSecurityError);
  return carry_out(accepted);
}

Result<OtaReceiver::Reply> OtaReceiver::carry_out(const Accepted& a) {
  const auto mode = a.command.spi.counter;
  EIDER_TRY(last, registry_->counter(a.target.domain, a.keys.version));
  if (const auto status = scp80::check_counter(mode, a.command.counter, last)) return answer(a, *status, {});
  // Durable before the script has an effect: a tear may lose the command, and never lets it be replayed.
  if (scp80::counter_is_checked(mode))
    EIDER_CHECK(registry_->save_counter(a.target.domain, a.keys.version, a.command.counter));
  EIDER_TRY(data, run(a));
  return answer(a, ResponseStatus::kOk, data);
}

Result<Bytes> OtaReceiver::run(const Accepted& a) {
  if (a.command.data.empty()) return Bytes();  // a packet that only tests the channel
  const auto run_on = [&](auto&& application) -> Result<Bytes> {
    EIDER_TRY(response, run_script(a.command.data, {.busy = toolkit_.busy()},
                                   [&](const CommandView& c) { return application.run(c); }));
    return response.encode();
  };
  if (a.target.manager) return run_on(RemoteFileManager(uicc_, *a.target.manager));
  return run_on(RemoteSecurityDomain(state_, *state_.enabled_profile(), *registry_, a.target.domain));
}

OtaReceiver::Reply OtaReceiver::answer(const Accepted& a, ResponseStatus status, ByteView data) const {
  const auto por = a.command.spi.por;
  if (por == PorRequest::kNever || (por == PorRequest::kOnError && status == ResponseStatus::kOk)) return {};
  const auto seal = [&](ResponseStatus s, ByteView d) {
    return scp80::seal_response({a.command.tar, a.command.counter, s, to_bytes(d)},
                                scp80::ResponseProtection::of(a.command), a.keys, policy_)
        .value_or(Bytes());
  };
  Reply out;
  auto packet = seal(status, data);
  if (a.command.spi.por_by_submit) {
    out.submit = std::move(packet);
  } else if (packet.size() + std::size(etsi::kResponseHeader) <= kMaxDeliveryReport) {
    out.report = std::move(packet);
  } else {
    out.report = seal(ResponseStatus::kActualResponseBySubmit, {});
    out.submit = std::move(packet);
  }
  return out;
}

void OtaReceiver::submit(const Origin& origin, ByteView packet, Toolkit::Owner owner) {
  const auto parts = channel::segment_packet(packet, etsi::kIeiResponsePacket, ++reference_);
  if (!parts) return;
  for (const auto& part : *parts) {
    etsi::SmsSubmit sms;
    sms.has_header = true;
    sms.destination = origin.sender;
    sms.data_coding_scheme = 0x04;  // eight bits, no class
    sms.user_data = part;
    const auto tpdu = sms.encode();
    const bool last = &part == &parts->back();
    if (!tpdu || !toolkit_.send_short_message(origin.service_centre, *tpdu, last ? owner : Toolkit::kNobody))
      return;
  }
}

}  // namespace eider::card
