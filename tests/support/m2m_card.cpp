#include "support/m2m_card.hpp"

#include "channel/scp80_notification.hpp"
#include "profile/builder.hpp"
#include "profile/package_reader.hpp"
#include "spec/saip/profile_element.hpp"

namespace eider::test {

const TestPki& m2m_pki() {
  static const auto pki = make_test_pki({crypto::Curve::kP256});
  return pki;
}

Bytes m2m_package(const char* iccid, std::uint8_t pol1) {
  SeededRandom random(5);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = iccid;
  const auto package = profile::build_generic_profile(parameters);
  Bytes out;
  for (const auto& part : must(profile::read_package(package))) {
    auto element = must(saip::decode_element(part.der));
    if (auto* header = element.as<saip::ProfileHeader>()) {
      if (pol1 != 0) header->pol = Bytes{pol1};
      header->connectivityParameters =
          make_tlv(0xA0, make_tlv(0x06, must(eum::encode_sms_address("4917655599999"))));
    }
    append(out, saip::encode_element(element));
  }
  return out;
}

M2mPlan M2mPlan::usual() {
  M2mPlan plan;
  plan.m2m.sms_address = kSmsrNumber;
  plan.m2m.sin = hex("0102");
  plan.m2m.sdin = hex("0304");
  plan.m2m.profiles.push_back({m2m_package(kBootstrapIccid), true, true, false, false, {}});
  return plan;
}

eum::M2mCard make_m2m_card(const M2mPlan& plan) {
  SeededRandom random(plan.seed);
  const auto eid = sgp22::parse_eid(plan.eid);
  if (!eid) throw std::logic_error("EID");
  const eum::EumSigner signers[] = {eum_signer(m2m_pki(), crypto::Curve::kP256)};
  return must(eum::personalise_m2m(plan.model, plan.m2m, *eid, signers, pki_time(), random));
}

crypto::GpCertificate gp_certificate(crypto::GpRole role, const crypto::PublicKey& key) {
  const auto& ci = m2m_pki().get(crypto::CertificateRole::kCi);
  crypto::GpCertificateFields fields;
  fields.serial_number = hex("01");
  fields.ca_identifier = hex("0102");
  fields.subject = to_bytes(key.key_identifier().view().first(16));
  fields.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kVerificationAndAgreement);
  fields.expiration = "20450101";
  fields.role = role;
  fields.authority_key_identifier = to_bytes(ci.certificate.public_key().key_identifier());
  return must(crypto::GpCertificate::issue(fields, key, *crypto::make_signing_key(*ci.key)));
}

namespace {
const eum::SecurityDomainKey& key_of(const eum::M2mCard& card, std::uint8_t version,
                                     std::uint8_t identifier) {
  for (const auto& k : card.personalisation.m2m->isdRKeys)
    if (k.keyVersion == version && k.keyIdentifier == identifier) return k;
  throw std::logic_error("the ISD-R has no such key");
}
}  // namespace

channel::scp80::KeySet scp80_keys(const eum::M2mCard& card, std::uint8_t version) {
  return {version, channel::scp80::Key{true, key_of(card, version, 1).value, 8},
          channel::scp80::Key{true, key_of(card, version, 2).value, 8}};
}

Secret psk_of(const eum::M2mCard& card, std::uint8_t version, std::uint8_t identifier) {
  return key_of(card, version, identifier).value;
}

M2mTestCard::M2mTestCard(const M2mPlan& plan)
    : made(make_m2m_card(plan)), random(plan.seed + 1), euicc(nvm, random) {
  must(card::manufacture(made.personalisation, nvm));
}

sgp02::es5::Aid isdp_aid(std::uint16_t instance) {
  return *sgp02::es5::Aid::from(sgp22::isd_p_aid(instance));
}

namespace {
device::TerminalPorts with_sms(device::TerminalPorts ports, device::SmsPort& sms) {
  ports.sms = &sms;
  return ports;
}
[[noreturn]] void broken(const std::string& what) {
  throw std::runtime_error(what);
}
}  // namespace

M2mDevice::M2mDevice(const M2mPlan& plan, device::TerminalPorts ports)
    : M2mTestCard(plan), terminal(euicc, clock, {}, with_sms(ports, *this)), keys(scp80_keys(made)) {
  set_service(true);
}

void M2mDevice::set_service(bool there) {
  using device::LocationStatus;
  if (there)
    must(terminal.set_network({LocationStatus::kNormal, device::Cell{"00101", 1, 2}}));
  else
    must(terminal.set_network({LocationStatus::kNoService, {}}));
}

void M2mDevice::power_on() {
  nvm.restore_power();
  must(terminal.power_on());
}

device::SmsOutcome M2mDevice::send(ByteView service_centre, ByteView tpdu) {
  using Kind = device::SmsOutcome::Kind;
  if (!coverage) return {Kind::kNetworkUnable, 0};
  const auto sms = must(etsi::SmsSubmit::decode(tpdu));
  destinations.push_back(sms.destination.digits);
  centres.push_back(to_hex(service_centre));
  auto whole = must(reassembler_.add(sms.destination, sms.user_data));
  if (!whole) return {};
  if (channel::scp80::is_notification(whole->payload)) {
    const auto e1 = must(channel::scp80::open_notification(whole->payload, keys));
    notifications.push_back(must(sgp02::es5::Notification::decode(e1)));
  } else {
    responses_.push_back(whole->payload);
  }
  return {};
}

Bytes M2mDevice::sealed(ByteView data, std::string_view spi, std::string_view tar,
                        std::optional<std::uint64_t> number) {
  counter = number.value_or(counter + 1);
  const auto octets = hex(spi);
  return must(
      channel::scp80::seal_command({*etsi::Spi::decode(octets[0], octets[1]), keys.kic_use(), keys.kid_use(),
                                    *etsi::Tar::from(hex(tar)), counter, to_bytes(data)},
                                   keys, channel::scp80::Policy::anything()));
}

std::vector<Bytes> M2mDevice::deliver(ByteView packet, const etsi::SmsAddress& sender) {
  responses_.clear();
  for (const auto& part : must(channel::segment_packet(packet, etsi::kIeiCommandPacket, ++reference_))) {
    etsi::SmsDeliver sms;
    sms.has_header = true;
    sms.originator = sender;
    sms.protocol_identifier = etsi::kPidDataDownload;
    sms.data_coding_scheme = etsi::kDcsClass2;
    sms.user_data = part;
    const auto delivery = must(terminal.deliver(sms));
    if (!delivery.report.empty()) responses_.push_back(to_bytes(ByteView(delivery.report).subspan(3)));
  }
  return std::exchange(responses_, {});
}

Bytes M2mDevice::script(ByteView octets, std::string_view tar) {
  const auto packet = sealed(octets, "1639", tar);
  const auto got = deliver(packet);
  if (got.size() != 1) broken("no Response Packet");
  const auto opened = must(channel::scp80::open_response(
      got[0], {etsi::Integrity::kCryptographicChecksum, true, keys.kic_use(), keys.kid_use()}, keys));
  if (!opened.protected_as_asked) broken("the Response Packet has no protection");
  if (opened.packet.counter != counter) broken("another counter in the Response Packet");
  if (opened.packet.status != etsi::ResponseStatus::kOk)
    broken("response status " + std::to_string(static_cast<int>(opened.packet.status)));
  return opened.packet.data;
}

std::vector<ResponseApdu> M2mDevice::es5(const std::vector<CommandApdu>& commands,
                                         etsi::ScriptFormat format) {
  std::vector<Bytes> octets;
  for (const auto& c : commands) octets.push_back(c.encode());
  const auto answer = script(must(etsi::encode_script(octets, format)));
  return must(etsi::ScriptResponse::decode(answer, format)).responses;
}

std::uint16_t M2mDevice::confirm() {
  return sw(sgp02::es5::encode_notification_confirmation(notifications.back().sequence_number));
}

void M2mDevice::pass(Duration duration) {
  const auto end = clock.now() + duration;
  for (;;) {
    must(terminal.poll());
    const auto next = terminal.next_timer();
    if (!next || *next > end) break;
    clock.set(std::max(*next, clock.now()));
  }
  clock.set(end);
  must(terminal.poll());
}

std::uint8_t M2mDevice::state_of(std::uint16_t instance) {
  const auto answer = es5({sgp02::es5::encode_get_status(isdp_aid(instance))}).back();
  return answer.sw == 0x9000 ? must(sgp02::es5::decode_status(answer.data)).at(0).life_cycle
                             : std::uint8_t{0};
}

}  // namespace eider::test
