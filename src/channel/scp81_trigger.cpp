#include "channel/scp81_trigger.hpp"

#include "codec/tlv.hpp"

namespace eider::channel::scp81 {
namespace {
constexpr Tag kTrigger = 0x81, kSession = 0x83, kConnection = 0x84, kSecurity = 0x85, kRetry = 0x86,
              kPost = 0x89, kBearer = 0x35, kBuffer = 0x39, kAccessPoint = 0x47, kTransport = 0x3C,
              kAddress = 0x3E, kTimer = 0xA5, kHost = 0x8A, kAgent = 0x8B, kUri = 0x8C;
constexpr std::uint8_t kTcpClient = 0x02, kIpv4 = 0x21, kIpv6 = 0x57;

tl::unexpected<Fault> bad_trigger(const char* what) {
  return fail(DecodeFault{"administration session triggering parameters", 0, what});
}
void append_number(Bytes& out, std::uint16_t n) {
  out.push_back(static_cast<std::uint8_t>(n >> 8));
  out.push_back(static_cast<std::uint8_t>(n));
}
std::uint16_t number(ByteView v) {
  return static_cast<std::uint16_t>(v[0] << 8 | v[1]);
}
// Swapped BCD, as toolkit timers have it (TS 102 223 section 8.38): hours, minutes, seconds.
std::uint8_t swapped(std::uint32_t n) {
  return static_cast<std::uint8_t>(n % 10 << 4 | n / 10 % 10);
}
std::optional<std::uint32_t> unswapped(std::uint8_t b, std::uint32_t limit) {
  const std::uint32_t tens = b & 0x0Fu, ones = b >> 4;
  if (tens > 9 || ones > 9 || tens * 10 + ones >= limit) return std::nullopt;
  return tens * 10 + ones;
}

Bytes labels(std::string_view name) {
  Bytes out;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    out.push_back(static_cast<std::uint8_t>(label.size()));
    append(out, as_bytes(label));
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return out;
}
std::optional<std::string> name_of(ByteView v) {
  std::string out;
  while (!v.empty()) {
    if (v[0] == 0 || v[0] > v.size() - 1) return std::nullopt;
    if (!out.empty()) out += '.';
    out += as_text(v.subspan(1, v[0]));
    v = v.subspan(1u + v[0]);
  }
  return out;
}

Bytes encode(const ConnectionParameters& c) {
  Bytes v;
  if (!c.bearer_description.empty()) append_tlv(v, kBearer, c.bearer_description);
  if (c.buffer_size) {
    Bytes size;
    append_number(size, *c.buffer_size);
    append_tlv(v, kBuffer, size);
  }
  if (c.access_point) append_tlv(v, kAccessPoint, labels(*c.access_point));
  if (c.port) {
    Bytes transport = {kTcpClient};
    append_number(transport, *c.port);
    append_tlv(v, kTransport, transport);
  }
  if (c.address) {
    const std::uint8_t kind[] = {c.address->size() == 4 ? kIpv4 : kIpv6};
    append_tlv(v, kAddress, concat({ByteView(kind), *c.address}));
  }
  return make_tlv(kConnection, v);
}
Result<ConnectionParameters> read_connection(ByteView value) {
  EIDER_TRY(members, read_tlvs(value));
  ConnectionParameters c;
  for (const auto& [tag, v, whole] : members) {
    if (tag == kBearer && !v.empty()) {
      c.bearer_description = to_bytes(v);
    } else if (tag == kBuffer && v.size() == 2) {
      c.buffer_size = number(v);
    } else if (tag == kAccessPoint && name_of(v)) {
      c.access_point = name_of(v);
    } else if (tag == kTransport && v.size() == 3 && v[0] == kTcpClient) {
      c.port = number(v.subspan(1));
    } else if (tag == kAddress && ((v.size() == 5 && v[0] == kIpv4) || (v.size() == 17 && v[0] == kIpv6))) {
      c.address = to_bytes(v.subspan(1));
    } else {
      return bad_trigger("84 has 35, 39, 47, 3C for TCP, 3E with an IPv4 or IPv6 address");
    }
  }
  return c;
}

Status read_security(ByteView v, Trigger& t) {
  if (v.empty() || v[0] > v.size() - 1)
    return bad_trigger("85 is the length of a PSK identity, the identity, and a key");
  const auto identity = v.subspan(1, v[0]), key = v.subspan(1u + v[0]);
  if (!identity.empty()) t.psk_identity = std::string(as_text(identity));
  if (key.empty()) return {};
  if (key.size() != 3 || key[0] != 2) return bad_trigger("the key in 85 is 02, version, identifier");
  t.key = KeyReference{key[1], key[2]};
  return {};
}
Result<RetryPolicy> read_retry(ByteView v) {
  const auto timer = v.size() >= 2 ? find_tlv(v.subspan(2), kTimer) : std::nullopt;
  if (v.size() < 2 || (v.size() > 2 && (!timer || timer->value.size() != 3)))
    return bad_trigger("86 is a counter of two octets and A5 with hours, minutes, seconds");
  RetryPolicy r{number(v), 0};
  if (!timer) return r;
  const auto h = unswapped(timer->value[0], 24), m = unswapped(timer->value[1], 60),
             s = unswapped(timer->value[2], 60);
  if (!h || !m || !s) return bad_trigger("A5 is no time");
  r.delay = *h * 3600 + *m * 60 + *s;
  return r;
}
Result<PostParameters> read_post(ByteView value) {
  EIDER_TRY(members, read_tlvs(value));
  PostParameters p;
  for (const auto& m : members) {
    auto* to = m.tag == kHost ? &p.host : m.tag == kAgent ? &p.agent_id : m.tag == kUri ? &p.uri : nullptr;
    if (to == nullptr) return bad_trigger("89 has 8A, 8B and 8C");
    *to = std::string(as_text(m.value));
  }
  return p;
}
}  // namespace

Bytes Trigger::encode() const {
  Bytes v;
  if (connection) append(v, scp81::encode(*connection));
  if (psk_identity || key) {
    const auto identity = psk_identity.value_or("");
    Bytes security = {static_cast<std::uint8_t>(identity.size())};
    append(security, as_bytes(identity));
    if (key) append(security, Bytes{0x02, key->key_version, key->key_identifier});
    append_tlv(v, kSecurity, security);
  }
  if (retry) {
    Bytes policy;
    append_number(policy, retry->attempts);
    const std::uint8_t time[] = {swapped(retry->delay / 3600 % 24), swapped(retry->delay / 60 % 60),
                                 swapped(retry->delay % 60)};
    append_tlv(policy, kTimer, time);
    append_tlv(v, kRetry, policy);
  }
  if (post) {
    Bytes parameters;
    if (post->host) append_tlv(parameters, kHost, as_bytes(*post->host));
    if (post->agent_id) append_tlv(parameters, kAgent, as_bytes(*post->agent_id));
    if (post->uri) append_tlv(parameters, kUri, as_bytes(*post->uri));
    append_tlv(v, kPost, parameters);
  }
  return make_tlv(kTrigger, v.empty() ? v : make_tlv(kSession, v));
}

Result<Trigger> Trigger::decode(ByteView octets) {
  EIDER_TRY(whole, read_single_tlv(octets));
  if (whole.tag != kTrigger) return bad_trigger("they are 81");
  Trigger t;
  if (whole.value.empty()) return t;
  EIDER_TRY(session, read_single_tlv(whole.value));
  if (session.tag != kSession) return bad_trigger("81 holds 83");
  EIDER_TRY(members, read_tlvs(session.value));
  for (const auto& m : members) {
    switch (m.tag) {
      case kConnection: {
        EIDER_TRY(connection, read_connection(m.value));
        t.connection = std::move(connection);
        break;
      }
      case kSecurity:
        EIDER_CHECK(read_security(m.value, t));
        break;
      case kRetry: {
        EIDER_TRY(retry, read_retry(m.value));
        t.retry = retry;
        break;
      }
      case kPost: {
        EIDER_TRY(post, read_post(m.value));
        t.post = std::move(post);
        break;
      }
      default:
        return bad_trigger("83 has 84, 85, 86 and 89");
    }
  }
  return t;
}

}  // namespace eider::channel::scp81
