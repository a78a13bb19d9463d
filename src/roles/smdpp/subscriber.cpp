#include "roles/smdpp/subscriber.hpp"

#include "codec/der_secret.hpp"

EIDER_DER(eider::profile::SubscriberData, 0x30);

namespace eider::smdpp {
namespace {
using der::field;
using Data = profile::SubscriberData;
constexpr der::Field kSubscriber[] = {field<&Data::iccid>("iccid", 0x80),   field<&Data::imsi>("imsi", 0x81),
                                      field<&Data::k>("k", 0x82),           field<&Data::opc>("opc", 0x83),
                                      field<&Data::op>("op", 0x84),         field<&Data::pin1>("pin1", 0x85),
                                      field<&Data::pin2>("pin2", 0x86),     field<&Data::puk1>("puk1", 0x87),
                                      field<&Data::puk2>("puk2", 0x88),     field<&Data::adm1>("adm1", 0x89),
                                      field<&Data::msisdn>("msisdn", 0x8A), field<&Data::spn>("spn", 0x8B),
                                      field<&Data::kic>("kic", 0x8C),       field<&Data::kid>("kid", 0x8D),
                                      field<&Data::kik>("kik", 0x8E)};
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
