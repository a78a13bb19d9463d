#include "spec/saip/profile_element.hpp"

using namespace eider::saip;

namespace eider::saip {
namespace {

using der::Field;
using PE = ProfileElement;

constexpr Field kNonStandard[] = {
    der::field<&NonStandard::header>("nonStandard-header", 0xA0),
    der::field<&NonStandard::issuerID>("issuerID", 0x81),
    der::field<&NonStandard::content>("content", 0x82),
};
constexpr Field kEnd[] = {der::field<&End::header>("end-header", 0xA0)};
// A dummy has no members; whatever stands in it is kept as unknown.
constexpr std::span<const Field> kDummyFields{};

constexpr Field dummy(std::string_view name, Tag tag) {
  auto f = der::alternative<&PE::value, PE::kDummy>(name, tag);
  f.get = [](const void* o, const Field& self) -> const void* {
    const auto* d = static_cast<const PE*>(o)->as<Dummy>();
    return d && d->pe == self.tag ? d : nullptr;
  };
  f.make = [](void* o, const Field& self) -> void* {
    auto& d = static_cast<PE*>(o)->value.emplace<PE::kDummy>();
    d.pe = self.tag;
    return &d;
  };
  return f;
}
constexpr Field of_template(std::string_view name, Tag tag, std::size_t i) {
  Field f{.name = name, .tag = tag, .type = &kTemplateTypes[i]};
  f.get = [](const void* o, const Field& self) -> const void* {
    const auto* t = static_cast<const PE*>(o)->as<TemplatePe>();
    return t && t->pe == self.tag ? t : nullptr;
  };
  f.make = [](void* o, const Field& self) -> void* {
    auto& t = static_cast<PE*>(o)->value.emplace<PE::kTemplate>();
    t.pe = self.tag;
    return &t;
  };
  return f;
}

// The 34 alternatives, then one for what a later version of the module may add.
constexpr Field kProfileElement[] = {
    der::alternative<&PE::value, PE::kHeader>("header", pe::kHeader),
    der::alternative<&PE::value, PE::kGenericFileManagement>("genericFileManagement",
                                                             pe::kGenericFileManagement),
    der::alternative<&PE::value, PE::kPinCodes>("pinCodes", pe::kPinCodes),
    der::alternative<&PE::value, PE::kPukCodes>("pukCodes", pe::kPukCodes),
    der::alternative<&PE::value, PE::kAkaParameter>("akaParameter", pe::kAkaParameter),
    der::alternative<&PE::value, PE::kCdmaParameter>("cdmaParameter", pe::kCdmaParameter),
    der::alternative<&PE::value, PE::kSecurityDomain>("securityDomain", pe::kSecurityDomain),
    der::alternative<&PE::value, PE::kRfm>("rfm", pe::kRfm),
    der::alternative<&PE::value, PE::kApplication>("application", pe::kApplication),
    der::alternative<&PE::value, PE::kNonStandard>("nonStandard", pe::kNonStandard),
    der::alternative<&PE::value, PE::kEnd>("end", pe::kEnd),
    dummy("rfu1", 0xAB),
    dummy("rfu2", 0xAC),
    dummy("rfu3", 0xAD),
    dummy("rfu4", 0xAE),
    dummy("rfu5", 0xAF),
    of_template("mf", pe::kMf, 0),
    of_template("cd", pe::kCd, 1),
    of_template("telecom", pe::kTelecom, 2),
    of_template("usim", pe::kUsim, 3),
    of_template("opt-usim", pe::kOptUsim, 4),
    of_template("isim", pe::kIsim, 5),
    of_template("opt-isim", pe::kOptIsim, 6),
    of_template("phonebook", pe::kPhonebook, 7),
    of_template("gsm-access", pe::kGsmAccess, 8),
    of_template("csim", pe::kCsim, 9),
    of_template("opt-csim", pe::kOptCsim, 10),
    of_template("eap", pe::kEap, 11),
    of_template("df-5gs", pe::kDf5gs, 12),
    of_template("df-saip", pe::kDfSaip, 13),
    of_template("df-snpn", pe::kDfSnpn, 14),
    of_template("df-5gprose", pe::kDf5gProse, 15),
    of_template("iot", pe::kIot, 16),
    of_template("opt-iot", pe::kOptIot, 17),
    der::alternative<&PE::value, PE::kUnknown>("unknown"),
};
static_assert(std::size(kProfileElement) == 35);

std::optional<std::string> unknown_in(const der::Type& type, const void* v) {
  switch (type.kind) {
    case der::Kind::kAny:
      return "";
    case der::Kind::kSequence:
      if (type.unknown)
        if (const auto& list = *type.unknown(const_cast<void*>(v)); !list.empty())
          return "." + tag_text(read_tlv(list[0].der).value_or(Tlv{}).tag);
      [[fallthrough]];
    case der::Kind::kChoice:
      for (const auto& f : type.fields)
        if (const void* m = f.get(v, f))
          if (auto path = unknown_in(*f.type, m)) return "." + std::string(f.name) + *path;
      return std::nullopt;
    case der::Kind::kSequenceOf:
    case der::Kind::kSetOf:
      if (type.element->kind < der::Kind::kInteger)
        for (std::size_t i = 0; i < type.count(v); ++i)
          if (auto path = unknown_in(*type.element, type.at(v, i)))
            return "[" + std::to_string(i) + "]" + *path;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

Tag ProfileElement::tag() const {
  if (const auto* t = as<TemplatePe>()) return t->pe;
  if (const auto* d = as<Dummy>()) return d->pe;
  if (const auto* u = as<der::RawTlv>()) {
    const auto tlv = read_tlv(u->der);
    return tlv ? tlv->tag : 0;
  }
  return kProfileElement[value.index()].tag;
}
std::string_view ProfileElement::name() const {
  return element_name(tag());
}

const PeHeader* ProfileElement::header() const {
  return std::visit(
      [](const auto& v) -> const PeHeader* {
        if constexpr (requires { v.header; })
          return &v.header;
        else
          return nullptr;
      },
      value);
}
PeHeader* ProfileElement::header() {
  return const_cast<PeHeader*>(std::as_const(*this).header());
}

std::string_view element_name(Tag tag) {
  for (const auto& f : kProfileElement)
    if (f.tag && f.tag == tag) return f.name;
  return "unknown";
}

Result<ProfileElement> decode_element(ByteView der, const der::Rules& rules) {
  Result<ProfileElement> out{ProfileElement{}};
  if (auto s = der::decode_into(der::Describe<ProfileElement>::type, &*out, der, rules); !s)
    return fail(std::move(s).error());
  return out;
}
Bytes encode_element(const ProfileElement& element) {
  return der::encode(element);
}

std::optional<std::string> unknown_member(const ProfileElement& element) {
  auto path = unknown_in(der::Describe<ProfileElement>::type, &element);
  return path ? std::optional(path->substr(1)) : std::nullopt;
}

}  // namespace eider::saip

EIDER_DER_SEQUENCE(NonStandard, kNonStandard, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(End, kEnd, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(Dummy, kDummyFields, "SAIP PEDefinitions");
EIDER_DER_CHOICE(ProfileElement, kProfileElement, "SAIP PEDefinitions");
