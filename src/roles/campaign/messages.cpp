#include "roles/campaign/messages.hpp"

namespace eider::campaign {
namespace {
namespace soap = sgp02::soap;
namespace es2 = sgp02::es2;
namespace es4 = sgp02::es4;
using sgp02::Interface;

bool by_smdp(const Parties& parties, Action action) {
  return action == Action::kDownload || !parties.smsr;
}

std::any body_of(const Parties& parties, const Call& c) {
  sgp02::BaseRequest base{c.identifier, std::nullopt};
  if (c.action != Action::kLook) base.validityPeriod = c.validity;
  const bool smdp = by_smdp(parties, c.action);
  switch (c.action) {
    case Action::kLook:
      if (smdp) return es2::GetEISRequest{base, c.eid, parties.smsr_id};
      return es4::GetEISRequest{base, c.eid};
    case Action::kEnable:
      if (smdp) return es2::EnableProfileRequest{base, c.eid, parties.smsr_id, c.iccid.value_or(Iccid{})};
      return es4::EnableProfileRequest{base, c.eid, c.iccid.value_or(Iccid{})};
    case Action::kDownload:
      break;
  }
  es2::DownloadProfileRequest r;
  r.base = base;
  r.eid = c.eid;
  r.smsrId = parties.smsr_id;
  r.iccid = c.iccid;
  if (!c.profile_type.empty()) r.profileType = c.profile_type;
  r.enableProfile = true;
  return r;
}

HttpPost post_to(const Parties& parties, const Peer& peer, Interface interface, const std::any& body,
                 const std::string& unique, Time date, bool later) {
  sgp02::MessageHeader header;
  header.sender.id = parties.self;
  header.receiver.id = peer.id;
  header.receiver.address = "https://" + peer.url.host +
                            (peer.url.port == 443 ? "" : ":" + std::to_string(peer.url.port)) + peer.url.path;
  header.transactionId = unique;
  header.messageDate = date;
  header.messageId = soap::make_message_id(parties.self, unique, unique, date);
  if (later) header.replyTo = parties.reply_to;
  HttpPost post;
  post.host = peer.url.host;
  post.port = peer.url.port;
  post.path = peer.url.path;
  post.server_id = peer.id.dotted();
  post.headers = {{"Content-Type", "application/soap+xml; charset=utf-8"}};
  post.body = to_bytes(as_bytes(soap::encode(header, interface, body)));
  return post;
}

// "//<sender>/<unique>?…"
std::string_view unique_of(std::string_view message_id) {
  message_id = message_id.substr(0, message_id.find('?'));
  return message_id.substr(message_id.rfind('/') + 1);
}

Answer without(const CallName& name, Fault fault) {
  return {name, fail(std::move(fault)), {}, {}, {}};
}

Answer answer_in(const CallName& name, const soap::Message& m) {
  const auto* base = m.response();
  Answer out{name, base->functionExecutionStatus, {}, {}, {}};
  if (const auto* eis = m.as<sgp02::EisResponse>()) out.eis = eis->eis;
  if (const auto* download = m.as<es2::DownloadProfileResponse>()) out.iccid = download->iccid;
  return out;
}

Result<soap::Message> message_in(const Result<HttpReply>& reply) {
  if (!reply) return fail(reply.error());
  if (reply->body.empty())
    return fail(TransportFault{true, "HTTP status " + std::to_string(reply->status) + " without a message"});
  auto m = soap::decode(reply->body);
  if (!m) return fail(TransportFault{true, "the answer cannot be read: " + m.error().fault().message()});
  if (!m->function) {
    const auto* fault = m->as<soap::SoapFault>();
    return fail(TransportFault{true, "a SOAP fault: " + (fault ? fault->reason : std::string("unknown"))});
  }
  if (m->kind != sgp02::MessageKind::kResponse)
    return fail(TransportFault{true, "the answer is no response"});
  return *std::move(m);
}

}  // namespace

const Peer& peer_of(const Parties& parties, Action action) {
  return by_smdp(parties, action) ? *parties.smdp : *parties.smsr;
}

std::string missing_peer(const Parties& parties, const Goal& goal) {
  if (!parties.smsr && !parties.smdp) return "neither SM-SR nor SM-DP is named";
  if (goal.download && !parties.smdp)
    return "a Profile that is missing comes from an SM-DP, and none is named";
  if (parties.smdp && parties.smsr_id.empty())
    return "the SM-DP has to be told which SM-SR manages the cards";
  return {};
}

HttpPost request_of(const Parties& parties, const Call& c) {
  const bool smdp = by_smdp(parties, c.action);
  return post_to(parties, peer_of(parties, c.action), smdp ? Interface::kEs2 : Interface::kEs4,
                 body_of(parties, c), c.identifier, c.first_sent, c.action != Action::kLook);
}

HttpPost rights_request(const Parties& parties, const EntityId& owner, const std::string& identifier,
                        Time now) {
  es4::GetPLMARequest r;
  r.base.functionCallIdentifier = identifier;
  r.mnoId = owner;
  r.m2mSpId = parties.self;
  const bool smdp = by_smdp(parties, Action::kLook);
  if (!smdp) return post_to(parties, *parties.smsr, Interface::kEs4, r, identifier, now, false);
  es2::GetPLMARequest by;
  by.base = r.base;
  by.smsrId = parties.smsr_id;
  by.mnoId = r.mnoId;
  by.m2mSpId = r.m2mSpId;
  return post_to(parties, *parties.smdp, Interface::kEs2, by, identifier, now, false);
}

std::optional<Answer> read_reply(const Parties& parties, const Call& call, const Result<HttpReply>& reply) {
  if (reply && (reply->status == 202 || reply->status == 204)) return std::nullopt;
  const auto m = message_in(reply);
  if (!m) return without(call.name, m.error());
  const auto& peer = peer_of(parties, call.action);
  if (m->header.sender.id != peer.id)
    return without(call.name, TransportFault{true, "the answer is of another party"});
  // Some write no RelatesTo into an HTTP response, which can only be the answer to its request.
  if (m->header.relatesTo && unique_of(*m->header.relatesTo) != call.identifier)
    return without(call.name, TransportFault{true, "the answer relates to another request"});
  return answer_in(call.name, *m);
}

Result<std::vector<sgp02::Plma>> read_rights(const Result<HttpReply>& reply) {
  EIDER_TRY(m, message_in(reply));
  const auto* response = m.as<sgp02::GetPLMAResponse>();
  if (!response) return fail(TransportFault{true, "the answer is none to GetPLMA"});
  const auto& done = response->base.functionExecutionStatus;
  using E = sgp02::ExecutionStatus;
  if (done.status != E::kExecutedSuccess && done.status != E::kExecutedWithWarning)
    return fail(sgp02::status::to_function_status(done));
  return response->plmas;
}

std::optional<Answer> read_late(const Parties& parties, const Campaign& campaign, const soap::Message& m) {
  if (!m.function || m.kind != sgp02::MessageKind::kResponse || !m.header.relatesTo || !m.response())
    return std::nullopt;
  const auto name = parse_call_identifier(campaign, unique_of(*m.header.relatesTo));
  if (!name) return std::nullopt;
  const auto& sender = m.header.sender.id;
  if (!(parties.smsr && parties.smsr->id == sender) && !(parties.smdp && parties.smdp->id == sender))
    return std::nullopt;
  return answer_in(*name, m);
}

}  // namespace eider::campaign
