#include "spec/inspect/inspect.hpp"

#include <algorithm>

#include "codec/apdu.hpp"
#include "codec/base64.hpp"
#include "spec/registry.hpp"
#include "spec/saip/profile_element.hpp"

namespace eider::inspect {
namespace {

constexpr std::string_view kKinds[] = {"apdu",    "response", "certificate",       "crl",
                                       "package", "tlv",      "terminal-response", "terminal-profile"};

std::string_view trim(std::string_view s) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!s.empty() && space(s.front())) s.remove_prefix(1);
  while (!s.empty() && space(s.back())) s.remove_suffix(1);
  return s;
}

bool is_package(ByteView in) {
  const auto elements = read_tlvs(in, false);
  return elements && elements->size() > 1 && elements->front().tag == saip::pe::kHeader &&
         std::ranges::all_of(*elements, [](const Tlv& t) { return saip::element_name(t.tag) != "unknown"; });
}

// A response that ends in 9000 also reads as TLVs, since 90 00 is an empty one.
bool known_message(ByteView in) {
  const auto all = read_tlvs(in, false);
  if (!all || all->empty() || registry::by_tag(all->front().tag).empty()) return false;
  return all->size() == 1 || !equal(all->back().whole, hex("9000"));
}

Result<Finding> forced(ByteView in, std::string_view as) {
  const auto need = [&](std::optional<Finding> found, const char* what) -> Result<Finding> {
    if (found) return std::move(*found);
    return fail_local("the input is no " + std::string(what));
  };
  if (as == "apdu") return need(command(in), "command APDU");
  if (as == "response") return need(response(in), "response APDU");
  if (as == "certificate") return need(certificate(in), "X.509 certificate");
  if (as == "crl") return need(revocation_list(in), "certificate revocation list");
  if (as == "package") return package(in);
  if (as == "tlv") return tlv(in);
  if (as == "terminal-response") return need(terminal_response(in), "TERMINAL RESPONSE");
  if (as == "terminal-profile") return terminal_profile(in);
  if (registry::find(as)) return message_as(as, in);
  return fail_local("no type is called " + std::string(as), "eider decode --list shows the names");
}

}  // namespace

std::span<const std::string_view> kinds() {
  return kKinds;
}

Result<Finding> octets(ByteView in, std::string_view as) {
  if (in.empty()) return fail_local("the input is empty");
  if (!as.empty()) return forced(in, as);
  if (is_package(in)) return package(in);
  if (known_message(in)) {
    if (auto c = certificate(in)) return std::move(*c);
    if (auto c = revocation_list(in)) return std::move(*c);
    const auto all = read_tlvs(in, false);
    if (all->size() == 1) return message(in);
    Finding list{.kind = std::to_string(all->size()) + " messages"};
    for (const auto& t : *all) list.parts.push_back(message(t.whole));
    return list;
  }
  if (auto m = toolkit_message(in)) return std::move(*m);
  if (auto c = command(in)) return std::move(*c);
  if (auto r = response(in)) return std::move(*r);
  return tlv(in);
}

std::optional<Bytes> octets_from_text(std::string_view in) {
  std::string plain;
  in = trim(in);
  if (in.starts_with("0x") || in.starts_with("0X")) in.remove_prefix(2);
  for (const char c : in)
    if (c != ':') plain += c;
  if (auto bytes = from_hex(plain); bytes && !bytes->empty()) return bytes;
  if (auto bytes = base64_decode(in); bytes && !bytes->empty()) return bytes;
  return std::nullopt;
}

Result<Finding> text(std::string_view in, std::string_view as) {
  in = trim(in);
  if (in.empty()) return fail_local("the input is empty");
  if (in.find("-----BEGIN ") != std::string_view::npos) {
    if (in.find("PRIVATE KEY-----") != std::string_view::npos)
      return fail_local("this is a private key; it is not shown");
    if (auto c = certificate(as_bytes(in))) return std::move(*c);
    if (auto c = revocation_list(as_bytes(in))) return std::move(*c);
    return fail_local("the PEM text holds neither a certificate nor a CRL");
  }
  if (as.empty()) {
    if (in.front() == '{')
      if (auto found = json(in)) return std::move(*found);
    if (in.front() == '<')
      if (auto found = soap(in)) return std::move(*found);
    if (auto found = eid(in)) return std::move(*found);
    if (auto found = iccid(in)) return std::move(*found);
    if (auto found = apdu_log(in)) return std::move(*found);
  }
  if (const auto bytes = octets_from_text(in)) return octets(*bytes, as);
  return fail_local(
      "the text is neither hexadecimal, base64, PEM, JSON, SOAP, an APDU log, an ICCID nor an EID");
}

Result<Finding> file(ByteView in, std::string_view as) {
  const bool printable =
      std::ranges::all_of(in, [](std::uint8_t c) { return (c >= 0x20 && c < 0x7F) || (c >= 9 && c <= 13); });
  const bool xml =
      trim(as_text(in)).starts_with('<') && as.empty();  // has letters beyond ASCII in names of parties
  return printable || xml ? text(as_text(in), as) : octets(in, as);
}

const Finding* first_error(const Finding& finding) {
  if (!finding.error.empty()) return &finding;
  for (const auto& part : finding.parts)
    if (const Finding* e = first_error(part)) return e;
  return nullptr;
}

}  // namespace eider::inspect
