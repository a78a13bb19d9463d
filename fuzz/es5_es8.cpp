// What reaches an ISD-R and an ISD-P in SGP.02: commands of ES5, certificates 7F21, key establishment,
// records of SCP03t; and what an SM-SR and an SM-DP get back.
#include <cstdlib>

#include "channel/scenario3.hpp"
#include "channel/scp03.hpp"
#include "spec/sgp02/es5.hpp"
#include "spec/sgp02/store_data.hpp"

namespace {
using namespace eider;
namespace es5 = sgp02::es5;
namespace scp03 = channel::scp03;

void command(ByteView octets) {
  const auto c = parse_command(octets);
  if (!c) return;
  const auto* function = es5::find_function(*c);
  if (function == nullptr) return;
  switch (function->id) {
    case es5::FunctionId::kCreateISDP:
      if (const auto v = es5::CreateISDP::decode(*c); v && v->encode().p1 != 0x0C) std::abort();
      break;
    case es5::FunctionId::kMasterDelete:
      if (const auto v = es5::MasterDelete::decode(*c); v && !equal(v->encode().data, c->data)) std::abort();
      break;
    case es5::FunctionId::kDeleteProfile:
      (void)es5::decode_delete_profile(*c);
      break;
    case es5::FunctionId::kFinaliseISDRhandover:
      if (const auto v = es5::decode_finalise_handover(*c))
        if (!equal(es5::encode_finalise_handover(*v).data, c->data)) std::abort();
      break;
    case es5::FunctionId::kUpdateSMSRAddressingParameters:
      (void)es5::AddressingParameters::decode(*c);
      break;
    case es5::FunctionId::kHandleNotificationConfirmation:
      (void)es5::decode_notification_confirmation(*c);
      break;
    case es5::FunctionId::kInstallForPersonalization:
      (void)es5::decode_install_for_personalization(*c);
      break;
    default:
      (void)es5::decode_profile_command(*c);
  }
}

void answers(ByteView octets) {
  if (const auto n = es5::Notification::decode(octets))
    if (!es5::Notification::decode(n->encode())) std::abort();
  (void)es5::decode_status(octets);
  (void)es5::Memory::decode(octets);
  (void)es5::decode_confirmation_answer(octets);
  (void)scp03::InitializeUpdateAnswer::decode(octets);
  (void)scp03::read_error(octets, 0x86);
}

// Nobody without the keys gets anything through a secure channel, nor goes on after a failure.
void records(ByteView octets) {
  const scp03::Keys keys{Secret(Bytes(16, 1)), Secret(Bytes(16, 2)), Secret(Bytes(16, 3))};
  const auto make = [&] { return *scp03::Session::make(keys, scp03::Challenge{}, scp03::Challenge{}); };
  auto closed = make();
  if (closed.accept_tlv(octets)) std::abort();
  auto host = make();
  auto card = make();
  if (!card.accept_tlv(*host.authenticate_tlv())) std::abort();
  if (card.open(0x86, octets) || card.open(0x86, *host.protect(0x86, octets))) std::abort();
  if (const auto c = parse_command(octets)) {
    auto other = make();
    if (!other.accept_tlv(*make().authenticate_tlv())) std::abort();
    if (other.unwrap(*c)) std::abort();
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView octets(data + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      command(octets);
      break;
    case 1:
      answers(octets);
      break;
    case 2:
      if (const auto c = crypto::GpCertificate::decode(octets))
        if (!equal(c->octets(), octets)) std::abort();
      break;
    case 3:
      if (const auto d = channel::scenario3::CommandData::decode(octets, crypto::Curve::kP256))
        if (!channel::scenario3::ControlReferenceTemplate::decode(d->crt.encode())) std::abort();
      break;
    default:
      records(octets);
  }
  return 0;
}
