#include "world/m2m/smsr_host.hpp"

#include <stdexcept>

#include "spec/sgp02/soap.hpp"

namespace eider::world::m2m {

// Something that the process does: its store may fail meanwhile.
class SmsrHost::Turn {
 public:
  explicit Turn(SmsrHost& host) : host_(host) {
    if (++host_.depth_ > 1 || host_.down()) return;
    using Fail = ObservedSmsrStore::Fail;
    auto& faults = host_.parts_.faults;
    const auto commit = [&] { return faults.dice().between(1, 4); };
    if (faults.happens(FaultKind::kServerKilled, 2))
      host_.observed_.fail_commit(commit(), faults.dice().chance(500) ? Fail::kKillBefore : Fail::kKillAfter);
    else if (faults.happens(FaultKind::kStoreRefuses, 2))
      host_.observed_.fail_commit(commit(), faults.dice().chance(500) ? Fail::kBefore : Fail::kAfter);
  }
  ~Turn() {
    if (--host_.depth_ > 0) return;
    host_.observed_.call_off();
    if (host_.down()) host_.parts_.journal.note([&] { return host_.name() + " dies"; });
  }
  Turn(const Turn&) = delete;

 private:
  SmsrHost& host_;
};

SmsrHost::SmsrHost(const Parts& parts, const Sabotage* sabotage)
    : parts_(parts),
      random_(parts.seed),
      wire_(parts.foundry, parts.foundry.smsrs[parts.index].party, parts.network),
      observed_(memory_,
                [this](const SmsrChange& change) {
                  (void)memory_.read([&](smsr::StoreReader& reader) -> Status {
                    parts_.laws.smsr_committed(parts_.index, change, reader);
                    return {};
                  });
                }),
      store_(&observed_) {
  if (sabotage && sabotage->smsr) {
    sabotaged_ = sabotage->smsr(observed_);
    store_ = sabotaged_.get();
  }
  parts_.centre.add(parts.foundry.smsrs[parts.index].number, *this);
  parts_.network.add(parts.foundry.smsrs[parts.index].party.host, *this);
  boot();
}
SmsrHost::~SmsrHost() {
  sessions_.clear();
}

smsr::Settings SmsrHost::settings() const {
  const auto& f = parts_.foundry;
  const auto& self = f.smsrs[parts_.index];
  smsr::Settings s;
  s.id = self.party.id;
  s.name = self.party.name;
  s.url = self.party.url();
  s.roots = f.roots;
  s.sms_address = {0x91, self.number};
  s.addressing = addressing_of(self);
  s.trigger.connection = channel::scp81::ConnectionParameters{hex("03"), 1400, {}, self.port, self.address};
  s.trigger.retry = channel::scp81::RetryPolicy{2, 60};
  s.trigger.post = channel::scp81::PostParameters{self.party.host, {}, s.admin_path};
  s.certificate = self.certificate;
  s.signing_key = self.key;
  s.own_key_version = static_cast<std::uint8_t>(2 + parts_.index);
  s.default_validity = std::chrono::hours(6);
  const auto add = [&](const Party& p, std::uint8_t parties) {
    s.peers[p.id] = {p.id, parties, p.name, p.url(), {}, {}};
  };
  for (const auto& p : f.operators) {
    add(p, sgp02::kMno);
    if (!parts_.direct.contains(p.id)) s.peers[p.id].url.clear();
  }
  for (const auto& p : f.smsrs)
    if (p.party.id != s.id) add(p.party, sgp02::kSmSr);
  add(f.smdp, sgp02::kSmDp);
  add(f.provider, sgp02::kM2mSp);
  s.peers[f.eum.id] = {f.eum.id, sgp02::kEum, "eum", "", f.transport_key, f.eum_certificate};
  return s;
}

void SmsrHost::boot() {
  auto role = smsr::SmSr::create(settings(), {*store_, parts_.clock, random_, *this, wire_});
  if (!role) throw std::runtime_error("the SM-SR does not start: " + role.error().message());
  role_ = *std::move(role);
}

void SmsrHost::kill() {
  observed_.kill();
}

void SmsrHost::restart() {
  parts_.journal.note([&] { return name() + " starts anew"; });
  sessions_.clear();
  role_.reset();
  observed_.restart();
  boot();
  const Turn turn(*this);
  (void)role_->resume();
}

bool SmsrHost::poll() {
  if (down() || depth_ > 0) return false;
  const auto due = next();
  if (!due || *due > parts_.clock.now()) return false;
  const Turn turn(*this);
  (void)role_->poll();
  for (auto& [id, session] : sessions_) (void)session.poll();
  return true;
}

// A session that is held open is looked at again and again.
std::optional<Time> SmsrHost::next() {
  if (down()) return std::nullopt;
  return role_->next_timer();
}

std::optional<HttpReply> SmsrHost::handle(const HttpPost& request, const std::string& client,
                                          ByteView certificate) {
  if (down()) return std::nullopt;
  const Turn turn(*this);
  parts_.laws.arrived(request.host, request.body);
  auto reply = role_->handle({request.body, certificate});
  if (down()) return std::nullopt;
  HttpReply out;
  out.status = reply.status;
  out.body = std::move(reply.body);
  if (!reply.content_type.empty()) out.headers.push_back({"Content-Type", reply.content_type});
  parts_.journal.mark(static_cast<std::uint64_t>(out.status));
  parts_.journal.note([&] {
    return name() + ": " + request.path.substr(request.path.rfind('/') + 1) + " of " + client + " -> " +
           std::to_string(out.status);
  });
  return out;
}

bool SmsrHost::short_message(const std::string& from, ByteView user_data) {
  if (down()) return false;
  const Turn turn(*this);
  return role_->on_short_message(from, user_data).has_value();
}

Status SmsrHost::submit(const smsr::OutgoingSms& message) {
  if (down()) return fail_local("dead");
  parts_.laws.smsr_sent(parts_.index, message);
  return parts_.centre.submit(parts_.foundry.smsrs[parts_.index].number, message);
}

std::optional<std::uint64_t> SmsrHost::open_session() {
  if (down()) return std::nullopt;
  sessions_.emplace(++last_session_, role_->open_session());
  return last_session_;
}

bool SmsrHost::feed(std::uint64_t id, ByteView octets) {
  const auto it = sessions_.find(id);
  if (down() || it == sessions_.end()) return false;
  const Turn turn(*this);
  const auto fed = it->second.feed(octets);
  if (!fed) parts_.journal.note([&] { return name() + ": a session ends: " + fed.error().message(); });
  return fed.has_value() && !down();
}

std::optional<Bytes> SmsrHost::output(std::uint64_t id) {
  const auto it = sessions_.find(id);
  if (down() || it == sessions_.end()) return std::nullopt;
  {
    const Turn turn(*this);
    (void)it->second.poll();
  }
  if (down()) return std::nullopt;
  auto out = it->second.output();
  if (out.empty() && it->second.over()) return std::nullopt;
  return out;
}

void SmsrHost::close_session(std::uint64_t id) {
  sessions_.erase(id);
}

}  // namespace eider::world::m2m
