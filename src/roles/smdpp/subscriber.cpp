#include "roles/smdpp/subscriber.hpp"

#include "codec/der_secret.hpp"

EIDER_DER(eider::profile::SubscriberData, 0x30);

namespace eider::smdpp {
namespace {
using der::field;
using S = profile::SubscriberData;
constexpr der::Field kSubscriber[] = {
    field<&S::iccid>("iccid", 0x80), field<&S::imsi>("imsi", 0x81),     field<&S::k>("k", 0x82),
    field<&S::opc>("opc", 0x83),     field<&S::op>("op", 0x84),         field<&S::pin1>("pin1", 0x85),
    field<&S::pin2>("pin2", 0x86),   field<&S::puk1>("puk1", 0x87),     field<&S::puk2>("puk2", 0x88),
    field<&S::adm1>("adm1", 0x89),   field<&S::msisdn>("msisdn", 0x8A), field<&S::spn>("spn", 0x8B),
    field<&S::kic>("kic", 0x8C),     field<&S::kid>("kid", 0x8D),       field<&S::kik>("kik", 0x8E)};
}  // namespace
}  // namespace eider::smdpp

EIDER_DER_SEQUENCE(eider::profile::SubscriberData, eider::smdpp::kSubscriber, "store");

namespace eider::smdpp {

Bytes encode_subscriber(const profile::SubscriberData& subscriber) {
  return der::encode(subscriber);
}
Result<profile::SubscriberData> decode_subscriber(ByteView encoded) {
  return der::decode<profile::SubscriberData>(encoded, der::Rules::strict());
}

}  // namespace eider::smdpp
