// Identity and messages as they are written; reading them: scp81_reader.cpp.
#include "channel/scp81.hpp"

#include "channel/scp81_headers.hpp"
#include "codec/tlv.hpp"

namespace eider::channel::scp81 {
namespace {
constexpr std::uint8_t kFullyQualified = 0x02;  // identity format: fully qualified, key of its own

tl::unexpected<Fault> no_identity() {
  return fail(
      DecodeFault{"PSK identity", 0, "it is 80 02, 81 EID, 4F AID, 82 KID, 83 KVN in hexadecimal digits"});
}
// RID and PIX stand apart.
std::string aid_path(const Aid& aid) {
  const auto digits = to_hex(aid);
  return "//aid/" + digits.substr(0, 10) + "/" + digits.substr(10);
}
void header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}
// One chunk, and the end.
void body(Bytes& out, ByteView octets) {
  char size[24];
  std::snprintf(size, sizeof size, "%zX\r\n", octets.size());
  append(out, as_bytes(size));
  append(out, octets);
  append(out, as_bytes("\r\n0\r\n\r\n"));
}
}  // namespace

std::string PskIdentity::text() const {
  const std::uint8_t format[] = {kFullyQualified}, kid[] = {key_identifier}, kvn[] = {key_version};
  Bytes out = make_tlv(0x80, format);
  append_tlv(out, 0x81, eid);
  append_tlv(out, 0x4F, aid);
  append_tlv(out, 0x82, kid);
  append_tlv(out, 0x83, kvn);
  return to_hex(out);
}
Result<PskIdentity> PskIdentity::parse(std::string_view text) {
  const auto octets = from_hex(text);
  if (!octets || octets->size() * 2 != text.size()) return no_identity();
  const auto members = read_tlvs(*octets);
  if (!members || members->size() != 5) return no_identity();
  const auto& m = *members;
  const auto eid = Eid::from(m[1].value);
  const auto aid = Aid::from(m[2].value);
  const bool tags =
      m[0].tag == 0x80 && m[1].tag == 0x81 && m[2].tag == 0x4F && m[3].tag == 0x82 && m[4].tag == 0x83;
  if (!tags || !eid || !aid || m[0].value.size() != 1 || m[0].value[0] != kFullyQualified ||
      m[3].value.size() != 1 || m[4].value.size() != 1)
    return no_identity();
  return PskIdentity{*eid, *aid, m[3].value[0], m[4].value[0]};
}

std::string_view to_string(ScriptStatus status) {
  return headers::kStatusTexts[static_cast<std::size_t>(status)];
}

Bytes AdminRequest::encode() const {
  std::string head = "POST " + uri + " HTTP/1.1\r\n";
  header(head, "Host", host);
  header(head, headers::kProtocol, headers::kProtocolValue);
  header(head, headers::kFrom, "//se-id/eid/" + to_hex(eid) + ";//aa-id" + aid_path(agent).substr(1));
  if (resume) header(head, headers::kResume, "true");
  if (status) header(head, headers::kScriptStatus, to_string(*status));
  if (this->body.empty()) {
    header(head, "Content-Length", "0");
  } else {
    header(head, "Content-Type", headers::kResponseType);
    header(head, "Transfer-Encoding", "chunked");
  }
  head += "\r\n";
  Bytes out = to_bytes(as_bytes(head));
  if (!this->body.empty()) scp81::body(out, this->body);
  return out;
}

Bytes AdminResponse::encode() const {
  std::string head = status == 200   ? "HTTP/1.1 200 OK\r\n"
                     : status == 204 ? "HTTP/1.1 204 No Content\r\n"
                                     : "HTTP/1.1 " + std::to_string(status) + " Refused\r\n";
  header(head, headers::kProtocol, headers::kProtocolValue);
  if (next_uri) header(head, headers::kNextUri, *next_uri);
  if (targeted_application) header(head, headers::kTarget, aid_path(*targeted_application));
  if (status == 200) {
    header(head, "Content-Type", headers::kCommandType);
    header(head, "Transfer-Encoding", "chunked");
  } else if (status != 204) {
    header(head, "Content-Length", "0");
  }
  head += "\r\n";
  Bytes out = to_bytes(as_bytes(head));
  if (status == 200) scp81::body(out, this->body);
  return out;
}

}  // namespace eider::channel::scp81
