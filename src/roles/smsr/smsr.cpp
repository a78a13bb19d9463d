#include "roles/smsr/smsr.hpp"

#include "base/log.hpp"
#include "roles/smsr/dispatch.hpp"
#include "roles/smsr/notifications.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr {
namespace {
constexpr std::size_t kCandidates = 8;
constexpr std::size_t kDueAtOnce = 256;
}  // namespace

// Parts of long messages, by sender. Bounded: what never becomes complete gives way.
struct SmSr::Reassembly {
  static constexpr std::size_t kSenders = 4096;
  std::mutex mutex;
  std::map<std::string, channel::SmsReassembler> by_sender;

  Result<std::optional<channel::SmsReassembler::Whole>> add(const std::string& from, ByteView user_data) {
    const std::lock_guard lock(mutex);
    if (by_sender.size() >= kSenders && !by_sender.contains(from)) by_sender.erase(by_sender.begin());
    auto& reassembler = by_sender[from];
    auto whole = reassembler.add({0x91, from}, user_data);
    if (!whole || *whole) by_sender.erase(from);
    return whole;
  }
};

Result<std::unique_ptr<SmSr>> SmSr::create(Settings settings, Ports ports) {
  if (settings.id.empty()) return fail_local("the SM-SR has no identifier", "give its OID");
  if (settings.certificate.has_value() != (settings.signing_key != nullptr))
    return fail_local("CERT.SR.ECDSA and its key go together");
  if (settings.certificate && !(settings.certificate->public_key() == settings.signing_key->public_key()))
    return fail_local("the private key is not the one of CERT.SR.ECDSA");
  return std::unique_ptr<SmSr>(new SmSr(std::make_unique<Context>(std::move(settings), ports)));
}
SmSr::SmSr(std::unique_ptr<Context> context)
    : context_(std::move(context)), reassembly_(std::make_unique<Reassembly>()) {}
SmSr::~SmSr() = default;

Reply SmSr::handle(const SoapRequest& request) {
  return dispatch(*context_, request);
}
std::optional<Reply> SmSr::take_reply(const Ticket& ticket) {
  auto reply = held_reply(*context_, ticket);
  if (reply) return *std::move(reply);
  log::warn("smsr", reply.error().message());
  return std::nullopt;
}
std::optional<Reply> SmSr::await_reply(const Ticket& ticket, Duration longest) {
  const auto seen = context_->progress.of(ticket.eid);
  if (auto reply = take_reply(ticket)) return reply;
  if (!context_->progress.wait(ticket.eid, seen, longest)) return std::nullopt;
  return take_reply(ticket);
}
AdminSession SmSr::open_session() {
  return AdminSession(*context_);
}

namespace {

// What a message means, if it is of a card of ours.
using Meaning = Result<std::optional<Change>>;

Meaning meaning_of_notification(StoreReader& reader, Context& context, const SealedNotification& sealed,
                                const std::string& from) {
  EIDER_TRY(keys, reader.key_set(sealed.notification.eid, sealed.key_version));
  if (keys && sealed.verify(*keys)) return notified(context, sealed.notification, from);
  log::info("smsr", "a notification that no card of ours made");
  return std::optional<Change>{};
}

// The card is the one whose keys fit, among those that have this number.
Meaning meaning_of_response(StoreReader& reader, Context& context, ByteView packet, const std::string& from) {
  struct Match {
    Eid eid;
    channel::scp80::OpenedResponse response;
  };
  std::vector<Match> matches;
  EIDER_TRY(eids, reader.eids_of_msisdn(from, kCandidates));
  for (const auto& eid : eids) {
    EIDER_TRY(o, turn_of(reader, eid, context.now()));
    if (!o || o->transport != Transport::kSms) continue;
    EIDER_TRY(keys, reader.key_set(eid, o->key_version));
    if (!keys) continue;
    if (auto opened = open_answer(packet, *keys)) matches.push_back({eid, *std::move(opened)});
  }
  for (auto& m : matches)
    if (m.response.protected_as_asked || matches.size() == 1)
      return por_arrived(context, m.eid, std::move(m.response));
  return std::optional<Change>{};
}

Meaning meaning_of(StoreReader& reader, Context& context, const std::string& from,
                   const channel::SmsReassembler::Whole& whole) {
  const bool packet = std::ranges::any_of(whole.elements, [](const etsi::InformationElement& e) {
    return e.identifier == etsi::kIeiResponsePacket || e.identifier == etsi::kIeiCommandPacket;
  });
  if (!packet) return std::optional<Change>{};
  if (const auto sealed = read_notification(whole.payload))
    return meaning_of_notification(reader, context, *sealed, from);
  return meaning_of_response(reader, context, whole.payload, from);
}

std::string digits_of(std::string_view sender) {
  std::string out;
  for (const char c : sender)
    if (c >= '0' && c <= '9') out.push_back(c);
  return out;
}

}  // namespace

Status SmSr::on_short_message(const std::string& sender, ByteView user_data) {
  const IncomingSms one{sender, user_data};
  return on_short_messages(std::span(&one, 1)).front();
}

std::vector<Status> SmSr::on_short_messages(std::span<const IncomingSms> messages) {
  struct Arrived {
    std::size_t index;
    std::string from;
    channel::SmsReassembler::Whole whole;
  };
  std::vector<Status> out(messages.size());
  std::vector<Arrived> arrived;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto from = digits_of(messages[i].sender);
    auto whole = reassembly_->add(from, messages[i].user_data);
    if (whole && *whole) arrived.push_back({i, std::move(from), **std::move(whole)});
  }
  if (arrived.empty()) return out;
  std::vector<Change> changes;
  std::vector<std::size_t> whose;
  const auto read = context_->store.read([&](StoreReader& reader) -> Status {
    for (const auto& a : arrived) {
      auto change = meaning_of(reader, *context_, a.from, a.whole);
      if (!change) {
        out[a.index] = fail(change.error());
      } else if (*change) {
        changes.push_back(**std::move(change));
        whose.push_back(a.index);
      }
    }
    return {};
  });
  if (!read) {
    for (const auto& a : arrived) out[a.index] = read;
    return out;
  }
  auto done = transact_each(*context_, changes);
  for (std::size_t i = 0; i < changes.size(); ++i) out[whose[i]] = std::move(done[i]);
  return out;
}

Status SmSr::poll() {
  for (bool more = true; more;) {
    EIDER_TRY(again, run_due(*context_, kDueAtOnce));
    more = again;
  }
  return send_outbox();
}
std::optional<Time> SmSr::next_timer() {
  std::optional<Time> out;
  const auto read = context_->store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(due, reader.next_due());
    out = due;
    return {};
  });
  if (!read) log::warn("smsr", read.error().message());
  return out;
}

// Everything under way stands in rows with the time at which it is looked at again; those whose turn it is
// and that had not gone out do so now.
Status SmSr::resume() {
  return poll();
}

}  // namespace eider::smsr
