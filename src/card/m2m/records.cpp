#include "card/m2m/records.hpp"

#include "codec/der_secret.hpp"

namespace eider::card::m2m {
namespace {
using der::Field;
using der::field;

constexpr Field kIsdP[] = {field<&IsdP::instance>("instance", 0x80),
                           field<&IsdP::granted>("granted", 0x81),
                           field<&IsdP::keys>("keys", 0xA2),
                           field<&IsdP::sequence>("sequence", 0x83),
                           field<&IsdP::sdData>("sdData", 0x84),
                           field<&IsdP::pol1>("pol1", 0x85),
                           field<&IsdP::connectivity>("connectivity", 0x86)};
constexpr Field kChange[] = {field<&Change::cause>("cause", 0x80), field<&Change::phase>("phase", 0x81),
                             field<&Change::from>("from", 0x82), field<&Change::to>("to", 0x83)};
constexpr Field kNotice[] = {field<&Notice::type>("type", 0x80), field<&Notice::sequence>("sequence", 0x81)};
constexpr Field kConfirmed[] = {field<&Confirmed::sequence>("sequence", 0x80),
                                field<&Confirmed::deleted>("deleted", 0xA1)};
constexpr Field kState[] = {field<&State::keys>("keys", 0xA0),
                            field<&State::smsAddress>("smsAddress", 0x81),
                            field<&State::otherAddressing>("otherAddressing", 0x82),
                            field<&State::fallback>("fallback", 0x83),
                            field<&State::emergency>("emergency", 0x84),
                            field<&State::nextNotification>("nextNotification", 0x85),
                            field<&State::declared>("declared", 0x86),
                            field<&State::change>("change", 0xA7),
                            field<&State::notice>("notice", 0xA8),
                            field<&State::pinned>("pinned", 0x89),
                            field<&State::previous>("previous", 0x8A),
                            field<&State::confirmed>("confirmed", 0xAB)};
}  // namespace

const SecurityDomainKey* find_key(const std::vector<SecurityDomainKey>& keys, std::uint8_t version,
                                  std::uint8_t identifier) {
  for (const auto& k : keys)
    if (k.keyVersion == version && k.keyIdentifier == identifier) return &k;
  return nullptr;
}

}  // namespace eider::card::m2m

using namespace eider::card::m2m;
EIDER_DER_SEQUENCE(eider::card::m2m::IsdP, kIsdP, "card store");
EIDER_DER_SEQUENCE(eider::card::m2m::Change, kChange, "card store");
EIDER_DER_SEQUENCE(eider::card::m2m::Notice, kNotice, "card store");
EIDER_DER_SEQUENCE(eider::card::m2m::Confirmed, kConfirmed, "card store");
EIDER_DER_SEQUENCE(eider::card::m2m::State, kState, "card store");
