// DER messages and Profile Packages.
#include <algorithm>

#include "spec/inspect/inspect.hpp"
#include "spec/registry.hpp"
#include "spec/saip/profile_element.hpp"
#include "spec/sgp22/result_codes.hpp"

namespace eider::inspect {
namespace {

struct CodeMember {
  std::string_view member;
  std::string_view function;
};
constexpr CodeMember kCodes[] = {
    {"enableResult", "EnableProfile"},
    {"disableResult", "DisableProfile"},
    {"deleteResult", "DeleteProfile"},
    {"resetResult", "eUICCMemoryReset"},
    {"setNicknameResult", "SetNickname"},
    {"profileInfoListError", "GetProfilesInfo"},
    {"authenticateErrorCode", "AuthenticateServer"},
    {"downloadErrorCode", "PrepareDownload"},
    {"cancelSessionResponseError", "CancelSession"},
    {"reason", "CancelSessionReason"},
    {"loadCRLResponseError", "LoadCRL"},
    {"listNotificationsResultError", "ListNotification"},
    {"notificationsListResultError", "RetrieveNotificationsList"},
    {"deleteNotificationStatus", "RemoveNotificationFromList"},
    {"setDefaultDpAddressResult", "SetDefaultDpAddress"},
    {"lpaeActivationResult", "LpaeActivation"},
    {"errorReason", "PIR"},
    {"status", "PE"},
    {"initiateAuthenticationError", "InitiateAuthentication"},
    {"authenticateClientError", "AuthenticateClient"},
    {"getBoundProfilePackageError", "GetBoundProfilePackage"},
    {"cancelSessionError", "CancelSessionES9"},
};

void explain_codes(const der::Node& n, Finding& into) {
  if (n.type == "INTEGER") {
    const auto name = n.name.substr(n.name.rfind('.') + 1);
    const auto* it = std::ranges::find(kCodes, std::string_view(name), &CodeMember::member);
    std::int64_t code = 0;
    if (it != std::end(kCodes) && !der::decode_integer(code, n.content) && code >= 0 && code < 65536)
      if (const auto* row = result_code::find(it->function, static_cast<int>(code)))
        into.add(name + " " + std::to_string(code),
                 std::string(row->name) + ": " + std::string(row->cause) +
                     (row->remedy.empty() ? "" : ". " + std::string(row->remedy)));
  }
  for (const auto& child : n.children) explain_codes(child, into);
}

// What the LPA sends to the card, one STORE DATA chain each (SGP.22 section 2.5.5).
void add_segments(ByteView in, Finding& into) {
  const auto bpp = read_single_tlv(in, false);
  const auto members = bpp ? read_tlvs(bpp->value, false) : Result<std::vector<Tlv>>(std::vector<Tlv>{});
  if (!members || members->empty() || members->front().tag != 0xBF23) return;
  int number = 0;
  const auto add = [&](const std::uint8_t* from, std::size_t size, const std::string& what) {
    into.add("segment " + std::to_string(++number),
             "offset " + std::to_string(from - in.data()) + ", " + std::to_string(size) + " octets, " + what);
  };
  add(in.data(), bpp->header_size() + members->front().whole.size(), "header and InitialiseSecureChannel");
  for (std::size_t i = 1; i < members->size(); ++i) {
    const auto& list = (*members)[i];
    const auto records = read_tlvs(list.value, false);
    if (!records) return;
    if (list.tag == 0xA0 || list.tag == 0xA2) {
      add(list.whole.data(), list.whole.size(), list.tag == 0xA0 ? "ConfigureISDP" : "ReplaceSessionKeys");
      continue;
    }
    add(list.whole.data(), list.header_size(), "header of sequence " + tag_text(list.tag));
    for (const auto& r : *records)
      add(r.whole.data(), r.whole.size(), r.tag == 0x88 ? "StoreMetadata" : "Profile Elements");
  }
}

Finding from_match(registry::Match m, ByteView in) {
  Finding f{.kind = std::string(m.entry->interface) + " " + std::string(m.entry->name)};
  if (m.entry->name == "ProfileElement") f.kind = "Profile Element " + m.tree.name;
  if (!m.strict) {
    f.add("encoding", "strict DER");
  } else if (!m.tolerant) {
    f.add("encoding", "accepted leniently; strict rules refuse it: " + m.strict->message());
  } else {
    f.add("encoding", "refused");
    const auto* d = m.tolerant->as<DecodeFault>();
    f.error = d ? d->path + ": " + d->what : m.tolerant->message();
    f.error_offset = d ? d->offset : 0;
  }
  explain_codes(m.tree, f);
  if (m.entry->name == "BoundProfilePackage") add_segments(in, f);
  f.trees.push_back(std::move(m.tree));
  return f;
}

}  // namespace

Finding tlv(ByteView in) {
  Finding f{.kind = "BER-TLV data", .trees = der::print_untyped(in)};
  if (f.trees.size() == 1 && f.trees[0].tag == 0) f.kind = "octets without a known structure";
  f.add("length", std::to_string(in.size()) + " octets");
  for (const auto& n : f.trees)
    if (const auto* e = der::first_error(n); e && f.error.empty()) {
      f.error = e->error;
      f.error_offset = e->error_offset;
    }
  return f;
}

Finding message(ByteView in) {
  auto m = registry::best_match(in);
  if (!m) {
    auto toolkit = toolkit_message(in);
    return toolkit ? std::move(*toolkit) : tlv(in);
  }
  return from_match(std::move(*m), in);
}

Finding message_as(std::string_view name, ByteView in) {
  return from_match(registry::match(*registry::find(name), in), in);
}

Finding package(ByteView in) {
  Finding f{.kind = "Profile Package"};
  const auto* entry = registry::find("ProfileElement");
  std::size_t offset = 0;
  std::string strict;
  while (offset < in.size()) {
    const auto t = read_tlv(in.subspan(offset), false);
    if (!t) {
      const auto* d = t.error().as<DecodeFault>();
      f.error = d->what;
      f.error_offset = offset + d->offset;
      break;
    }
    auto m = registry::match(*entry, t->whole);
    if (m.strict && strict.empty())
      strict = m.strict->message() + " in the element at " + std::to_string(offset);
    auto tree = std::move(m.tree);
    der::shift(tree, offset);
    if (m.tolerant && f.error.empty()) {
      const auto* d = m.tolerant->as<DecodeFault>();
      f.error = d ? d->path + ": " + d->what : m.tolerant->message();
      f.error_offset = offset + (d ? d->offset : 0);
    }
    f.trees.push_back(std::move(tree));
    offset += t->whole.size();
  }
  std::string names;
  for (const auto& n : f.trees) names += (names.empty() ? "" : ", ") + n.name;
  f.add("length", std::to_string(in.size()) + " octets");
  f.add("elements", std::to_string(f.trees.size()) + ": " + names);
  f.add("encoding", strict.empty() ? "strict DER" : "strict rules refuse it: " + strict);
  return f;
}

}  // namespace eider::inspect
