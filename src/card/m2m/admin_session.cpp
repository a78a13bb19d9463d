#include "card/m2m/admin_session.hpp"

#include "card/bip_commands.hpp"
#include "channel/dns.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::card::m2m {
namespace {
namespace cat = etsi::cat;
namespace scp81 = channel::scp81;
using scp81::ScriptStatus;
constexpr std::uint8_t kDefaultBearer[] = {0x03};

// A5 has the objects of a trigger's session parameters.
scp81::Trigger stored(const PersistentState& state) {
  const auto& others = state.m2m->otherAddressing;
  const auto a5 = others ? find_tlv(*others, 0xA5) : std::nullopt;
  if (!a5) return {};
  const auto read = scp81::Trigger::decode(make_tlv(0x81, make_tlv(0x83, a5->value)));
  return read.value_or(scp81::Trigger());
}

constexpr std::uint16_t kDnsPort = 53;

// A6: the SM-SR's name under D6, the name server's address under FA (SGP.02 v4.2 section 2.4.5).
void take_dns(const PersistentState& state, SessionParameters& out) {
  const auto& others = state.m2m->otherAddressing;
  const auto a6 = others ? find_tlv(*others, 0xA6) : std::nullopt;
  if (!a6) return;
  if (const auto name = find_tlv(a6->value, 0xD6)) out.name = std::string(as_text(name->value));
  if (const auto server = find_tlv(a6->value, 0xFA)) {
    auto address = server->value;
    if (address.size() == 5 || address.size() == 17) address = address.subspan(1);
    if (address.size() == 4 || address.size() == 16) out.name_server = to_bytes(address);
  }
}

template <class T>
void complete(std::optional<T>& value, const std::optional<T>& otherwise) {
  if (!value) value = otherwise;
}

// Bearer and access point of the enabled Profile: A1 (SGP.02 v4.2 section 4.1.3.4).
void take_connectivity(const PersistentState& state, scp81::ConnectionParameters& c) {
  for (const auto& [instance, profile] : state.profiles) {
    if (profile.state != sgp22::ProfileState::kEnabled) continue;
    const auto& parameters = state.isd_ps.at(instance).connectivity;
    const auto https = parameters ? find_tlv(*parameters, 0xA1) : std::nullopt;
    if (!https) return;
    const auto bearer = find_tlv(https->value, 0x35), name = find_tlv(https->value, 0x47);
    if (c.bearer_description.empty() && bearer) c.bearer_description = to_bytes(bearer->value);
    if (!c.access_point && name) {
      std::string text;
      for (std::size_t at = 0; at < name->value.size(); at += 1u + name->value[at]) {
        const auto label =
            name->value.subspan(at + 1, std::min<std::size_t>(name->value[at], name->value.size() - at - 1));
        text += (text.empty() ? "" : ".") + std::string(as_text(label));
      }
      c.access_point = text;
    }
  }
}
}  // namespace

SessionParameters SessionParameters::make(const PersistentState& state, const scp81::Trigger& trigger) {
  SessionParameters out;
  const auto own = stored(state);
  const auto theirs = trigger.connection.value_or(scp81::ConnectionParameters());
  const auto mine = own.connection.value_or(scp81::ConnectionParameters());
  auto& c = out.connection;
  c = theirs;
  if (c.bearer_description.empty()) c.bearer_description = mine.bearer_description;
  complete(c.access_point, mine.access_point);
  complete(c.port, mine.port);
  complete(c.address, mine.address);
  complete(c.buffer_size, mine.buffer_size);
  take_connectivity(state, c);
  if (c.bearer_description.empty()) c.bearer_description = to_bytes(kDefaultBearer);
  const auto& keys = state.m2m->keys;
  auto reference = trigger.key ? trigger.key : own.key;
  if (!reference)
    for (const auto& k : keys)
      if (k.keyVersion >= 0x40 && k.keyVersion <= 0x4F) {
        reference = scp81::KeyReference{k.keyVersion, k.keyIdentifier};
        break;
      }
  if (reference) {
    const auto* key = find_key(keys, reference->key_version, reference->key_identifier);
    // Section 2.4.4.1: a key of SCP81 and no other.
    if (key && key->keyVersion >= 0x40 && key->keyVersion <= 0x4F) out.key = key->value;
    out.key_version = reference->key_version;
    scp81::PskIdentity identity;
    identity.eid = *scp81::Eid::from(state.personalisation.eid);
    identity.aid = *scp81::Aid::from(sgp22::kIsdRAid);
    identity.key_identifier = reference->key_identifier;
    identity.key_version = reference->key_version;
    out.identity = identity.text();
  }
  if (trigger.psk_identity) out.identity = *trigger.psk_identity;
  const auto post = trigger.post.value_or(scp81::PostParameters());
  const auto own_post = own.post.value_or(scp81::PostParameters());
  out.host = post.host ? *post.host : own_post.host.value_or("");
  out.name = out.host;
  take_dns(state, out);
  out.uri = post.uri ? *post.uri : own_post.uri.value_or("/");
  out.retry = trigger.retry ? *trigger.retry : own.retry.value_or(scp81::RetryPolicy());
  return out;
}

AdminSession::AdminSession(PersistentState& state, Toolkit& toolkit, IsdR& isd_r, Toolkit::Owner owner)
    : state_(state), toolkit_(toolkit), isd_r_(isd_r), owner_(owner) {}
AdminSession::~AdminSession() = default;

bool AdminSession::possible() const {
  const etsi::TerminalProfile profile(toolkit_.profile());
  return profile.has(etsi::profile_bit::kOpenChannel) && SessionParameters::make(state_, {}).possible();
}

void AdminSession::forget() {
  phase_ = Phase::kIdle;
  parameters_ = {};
  tls_.reset();
  reader_ = scp81::ResponseReader();
  to_send_.clear();
  busy_ = data_ = posted_ = retried_ = regular_ = resolving_ = waiting_ = false;
  attempts_ = 0;
  next_uri_.clear();
  last_body_.clear();
  last_status_.reset();
}

SessionOutcome AdminSession::begin(SessionParameters parameters) {
  if (open()) return {};
  forget();
  const etsi::TerminalProfile profile(toolkit_.profile());
  if (!parameters.possible() || !profile.has(etsi::profile_bit::kOpenChannel)) return {true, {}};
  parameters_ = std::move(parameters);
  return connect();
}

void AdminSession::send_command(const cat::ProactiveCommand& command) {
  busy_ = true;
  toolkit_.send(command.encode(), owner_);
}

SessionOutcome AdminSession::connect() {
  data_ = posted_ = regular_ = false;
  to_send_.clear();
  resolving_ = !parameters_.connection.address;
  if (resolving_) {
    open_channel(false, kDnsPort, parameters_.name_server);
    return {};
  }
  auto tls = channel::PskTls::client(parameters_.identity, parameters_.key);
  if (!tls) return forget(), SessionOutcome{true, {}};
  tls_ = *std::move(tls);
  reader_ = scp81::ResponseReader();
  open_channel(true, *parameters_.connection.port, *parameters_.connection.address);
  return {};
}

void AdminSession::open_channel(bool tcp, std::uint16_t port, ByteView address) {
  phase_ = Phase::kOpening;
  waiting_ = true;
  const auto& c = parameters_.connection;
  bip::Way way;
  way.tcp = tcp;
  way.address = to_bytes(address);
  way.port = port;
  way.bearer = c.bearer_description;
  way.access_point = c.access_point;
  way.buffer_size = c.buffer_size.value_or(way.buffer_size);
  send_command(bip::open_channel(way));
}

// The first address will do. Without one the attempt has failed.
SessionOutcome AdminSession::resolved(ByteView message) {
  const auto addresses = channel::dns::read_answer(message, query_, parameters_.name);
  if (!addresses) return {};  // not the answer: it may still come
  if (!addresses->empty()) parameters_.connection.address = addresses->front();
  return close();
}

// The connection is gone before the SM-SR ended the session: another attempt, as the policy has it.
SessionOutcome AdminSession::broken() {
  const bool again = attempts_ < parameters_.retry.attempts;
  if (!again) return forget(), SessionOutcome{true, {}};
  ++attempts_;
  retried_ = true;
  tls_.reset();
  phase_ = Phase::kWaiting;
  return {false, Duration(std::int64_t{1000} * std::max<std::uint32_t>(parameters_.retry.delay, 1))};
}

Result<SessionOutcome> AdminSession::retry() {
  return phase_ == Phase::kWaiting ? connect() : SessionOutcome();
}

SessionOutcome AdminSession::close() {
  phase_ = Phase::kClosing;
  const Bytes farewell = regular_ && tls_ ? tls_->output() : Bytes();
  if (!farewell.empty() && farewell.size() <= bip::kPiece) send_command(bip::send_data(channel_, farewell));
  send_command(bip::close_channel(channel_));
  return {};
}

// Amendment B section 3.4. After a break the POST that got no answer is sent again, so that the SM-SR learns
// the result and can go on.
void AdminSession::post(const std::string& uri, std::optional<ScriptStatus> status, Bytes body) {
  scp81::AdminRequest request;
  request.uri = uri;
  request.host = parameters_.host;
  request.eid = *scp81::Eid::from(state_.personalisation.eid);
  request.agent = *scp81::Aid::from(sgp22::kIsdRAid);
  request.resume = std::exchange(retried_, false) && !next_uri_.empty();
  request.status = status;
  request.body = body;
  waiting_ = true;
  last_status_ = status;
  last_body_ = std::move(body);
  (void)tls_->write(request.encode());
}

void AdminSession::pump() {
  if (phase_ != Phase::kOpen) return;
  const Bytes out = tls_ ? tls_->output() : Bytes();
  for (std::size_t at = 0; at < out.size(); at += bip::kPiece)
    to_send_.push_back(to_bytes(ByteView(out).subspan(at, std::min(bip::kPiece, out.size() - at))));
  if (busy_) return;
  if (!to_send_.empty()) {
    auto piece = std::move(to_send_.front());
    to_send_.pop_front();
    send_command(bip::send_data(channel_, std::move(piece)));
  } else if (data_) {
    data_ = false;
    send_command(bip::receive_data(channel_));
  }
}

Result<SessionOutcome> AdminSession::data_available() {
  if (phase_ != Phase::kOpen) return SessionOutcome();
  data_ = true;
  pump();
  return SessionOutcome();
}

SessionOutcome AdminSession::timed_out() {
  return phase_ == Phase::kOpen && !busy_ ? close() : SessionOutcome();
}

Result<SessionOutcome> AdminSession::channel_status(ByteView status) {
  if (phase_ != Phase::kOpen || status.size() != 2 || (status[0] & 0x07) != channel_) return SessionOutcome();
  if ((status[0] & bip::kLinked) != 0 || busy_) return SessionOutcome();
  return close();
}

Result<SessionOutcome> AdminSession::answered(const cat::ReadAnswer& a) {
  busy_ = false;
  const auto type = static_cast<cat::CommandType>(a.details.type);
  const bool done = a.answer.performed();
  if (phase_ == Phase::kClosing) {
    if (type != cat::CommandType::kCloseChannel) return SessionOutcome();
    if (std::exchange(resolving_, false) && parameters_.connection.address) return connect();
    if (!regular_) return broken();
    return forget(), SessionOutcome{true, {}};
  }
  if (!done) return phase_ == Phase::kOpen ? close() : broken();
  if (type == cat::CommandType::kOpenChannel) {
    channel_ = bip::opened_channel(a.answer);
    if (channel_ == 0) return broken();
    phase_ = Phase::kOpen;
    if (resolving_) {
      const auto octets = isd_r_.random.bytes(2);
      query_ = static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
      auto query = channel::dns::encode_query(query_, parameters_.name);
      if (!query || query->size() > bip::kPiece) return close();
      to_send_.push_back(*std::move(query));
    }
  } else if (type == cat::CommandType::kReceiveData) {
    const auto got = bip::received(a.answer);
    data_ = data_ || got.more;
    EIDER_TRY(outcome, received(got.data));
    if (phase_ != Phase::kOpen) return outcome;
  }
  pump();
  return SessionOutcome();
}

Result<SessionOutcome> AdminSession::received(ByteView data) {
  if (data.empty()) return SessionOutcome();
  if (resolving_) return resolved(data);
  if (!tls_->feed(data)) return close();
  if (!posted_ && tls_->established()) {
    posted_ = true;
    if (!next_uri_.empty()) {
      post(next_uri_, last_status_, std::move(last_body_));
    } else {
      auto uri = parameters_.uri;
      if (!parameters_.notification.empty())
        uri += (uri.find('?') == std::string::npos ? "?msg=" : "&msg=") + to_hex(parameters_.notification);
      post(uri, {}, {});
    }
  }
  const auto plain = tls_->read();
  if (!plain.empty() && !reader_.feed(plain)) return close();
  while (const auto response = reader_.next()) {
    EIDER_TRY(goes_on, take(*response));
    if (goes_on) continue;
    tls_->close();
    return close();
  }
  if (tls_->peer_closed()) return close();
  return SessionOutcome();
}

namespace {
// Whom the script is for: the ISD-R, or one of its ISD-Ps.
struct Target {
  std::optional<std::uint16_t> isd_p;
  ScriptStatus status = ScriptStatus::kOk;
};
Target target_of(const PersistentState& state, const std::optional<scp81::Aid>& aid) {
  if (!aid || equal(*aid, sgp22::kIsdRAid)) return {};
  for (const auto& [instance, isd_p] : state.isd_ps)
    if (equal(*aid, sgp22::isd_p_aid(instance))) return {instance, ScriptStatus::kOk};
  return {{}, ScriptStatus::kUnknownApplication};
}
}  // namespace

Result<bool> AdminSession::take(const scp81::AdminResponse& response) {
  attempts_ = 0;
  if (response.status != 200 && response.status != 204) return false;
  regular_ = true;
  Bytes body;
  std::optional<ScriptStatus> status;
  if (!response.body.empty()) {
    const auto target = target_of(state_, response.targeted_application);
    status = target.status;
    if (target.status == ScriptStatus::kOk) {
      isd_r_.key_version = parameters_.key_version;
      EIDER_TRY(answers, run_platform_script(isd_r_, target.isd_p, response.body));
      body = std::move(answers);
    }
  }
  if (!response.next_uri) return false;
  regular_ = false;
  next_uri_ = *response.next_uri;
  post(next_uri_, status, std::move(body));
  return true;
}

}  // namespace eider::card::m2m
