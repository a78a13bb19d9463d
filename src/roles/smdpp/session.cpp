#include "roles/smdpp/session.hpp"

namespace eider::smdpp {
namespace {

// The variant as a DER CHOICE; the wrapper gives the engine something to describe.
struct StateRecord {
  std::variant<Challenged, Authenticated, Bound, Ended> value;
};

}  // namespace
}  // namespace eider::smdpp

EIDER_DER(eider::smdpp::Challenged, 0x30);
EIDER_DER(eider::smdpp::Authenticated, 0x30);
EIDER_DER(eider::smdpp::Bound, 0x30);
EIDER_DER(eider::smdpp::Ended, 0x30);
EIDER_DER(eider::smdpp::StateRecord, 0);

namespace eider::smdpp {
namespace {
using der::alternative;
using der::field;
constexpr der::Field kChallenged[] = {field<&Challenged::euicc_challenge>("euicc_challenge", 0x80),
                                      field<&Challenged::server_challenge>("server_challenge", 0x81),
                                      field<&Challenged::server_address>("server_address", 0x82),
                                      field<&Challenged::euicc_ci>("euicc_ci", 0x83),
                                      field<&Challenged::server_ci>("server_ci", 0x84),
                                      field<&Challenged::svn>("svn", 0x85)};
constexpr der::Field kAuthenticated[] = {field<&Authenticated::request>("request", 0x80),
                                         field<&Authenticated::iccid>("iccid", 0x81),
                                         field<&Authenticated::eid>("eid", 0x82),
                                         field<&Authenticated::euicc_public_key>("euicc_public_key", 0x83),
                                         field<&Authenticated::server_ci>("server_ci", 0x84),
                                         field<&Authenticated::smdp_signed2>("smdp_signed2", 0x85),
                                         field<&Authenticated::smdp_signature2>("smdp_signature2", 0x86)};
constexpr der::Field kBound[] = {field<&Bound::authenticated>("authenticated", 0xA0),
                                 field<&Bound::request>("request", 0x81)};
constexpr der::Field kEnded[] = {field<&Ended::request>("request", 0x80),
                                 field<&Ended::subject_code>("subject_code", 0x81),
                                 field<&Ended::reason_code>("reason_code", 0x82)};
constexpr der::Field kState[] = {alternative<&StateRecord::value, 0>("challenged", 0xA0),
                                 alternative<&StateRecord::value, 1>("authenticated", 0xA1),
                                 alternative<&StateRecord::value, 2>("bound", 0xA2),
                                 alternative<&StateRecord::value, 3>("ended", 0xA3)};
}  // namespace
}  // namespace eider::smdpp

EIDER_DER_SEQUENCE(eider::smdpp::Challenged, eider::smdpp::kChallenged, "store");
EIDER_DER_SEQUENCE(eider::smdpp::Authenticated, eider::smdpp::kAuthenticated, "store");
EIDER_DER_SEQUENCE(eider::smdpp::Bound, eider::smdpp::kBound, "store");
EIDER_DER_SEQUENCE(eider::smdpp::Ended, eider::smdpp::kEnded, "store");
EIDER_DER_CHOICE(eider::smdpp::StateRecord, eider::smdpp::kState, "store");

namespace eider::smdpp {

std::string_view to_string(OnCardState state) {
  constexpr std::string_view kNames[] = {"unknown", "disabled", "enabled", "deleted"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view state_name(const Session& session) {
  constexpr std::string_view kNames[] = {"challenged", "authenticated", "bound", "ended"};
  return kNames[session.state.index()];
}

Bytes encode_session_state(const Session& session) {
  return der::encode(StateRecord{session.state});
}

Status decode_session_state(ByteView encoded, Session& session) {
  EIDER_TRY(record, der::decode<StateRecord>(encoded, der::Rules::strict()));
  session.state = std::move(record.value);
  return {};
}

}  // namespace eider::smdpp
