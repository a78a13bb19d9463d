#include "world/network.hpp"

namespace eider::world {
namespace {
constexpr std::size_t kMaxLate = 16;

std::string short_path(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}
tl::unexpected<Fault> lost_call(bool sent, const char* why) {
  return fail(TransportFault{sent, why});
}

HttpReply error_page(std::uint64_t which) {
  HttpReply reply;
  reply.status = which == 0 ? 502 : which == 1 ? 503 : 200;
  reply.headers.push_back({"Content-Type", "text/html"});
  reply.body = to_bytes(as_bytes("<html>try again later</html>"));
  return reply;
}
}  // namespace

void Network::keep(const std::string& client, ByteView certificate, const HttpPost& request) {
  if (late_.size() < kMaxLate) late_.push_back({client, to_bytes(certificate), request});
}

Result<HttpReply> Network::arrive(Host& host, const std::string& client, ByteView certificate,
                                  const HttpPost& request) {
  if (!host.reachable()) return lost_call(false, "connection refused");
  auto reply = host.handle(request, client, certificate);
  if (!reply) return lost_call(true, "the connection broke");
  return *std::move(reply);
}

Result<HttpReply> Network::post(const std::string& client, ByteView certificate, const HttpPost& request) {
  ++messages_;
  clock_.advance(Duration(20 + static_cast<int>(faults_.dice().below(200))));
  if (interleave_) interleave_();
  if (!late_.empty() && faults_.dice().chance(100)) deliver_late();
  const auto told = [&](const char* what) {
    journal_.note([&] { return "network: " + short_path(request.path) + " of " + client + ": " + what; });
  };
  const auto found = hosts_.find(request.host);
  if (found == hosts_.end()) return lost_call(false, "no such host");
  auto& host = *found->second;
  if (faults_.happens(FaultKind::kConnectionFails, 20))
    return told("connection fails"), lost_call(false, "no route to host");
  if (faults_.happens(FaultKind::kRequestLost, 15)) return told("request lost"), lost_call(true, "timeout");
  if (faults_.happens(FaultKind::kErrorPage, 10))
    return told("error page"), error_page(faults_.dice().below(3));
  if (faults_.happens(FaultKind::kRequestDelayed, 12)) {
    told("request delayed");
    keep(client, certificate, request);
    return lost_call(true, "timeout");
  }
  if (faults_.happens(FaultKind::kRequestDuplicated, 12)) {
    told("request duplicated");
    if (auto first = arrive(host, client, certificate, request); faults_.dice().chance(500)) {
      (void)arrive(host, client, certificate, request);
      return first;
    }
  }
  auto reply = arrive(host, client, certificate, request);
  if (faults_.happens(FaultKind::kOldDuplicate, 12)) {
    told("a duplicate stays on the way");
    keep(client, certificate, request);
  }
  if (faults_.happens(FaultKind::kResponseLost, 20)) return told("response lost"), lost_call(true, "timeout");
  return reply;
}

void Network::deliver_late() {
  if (late_.empty()) return;
  const auto i = static_cast<std::ptrdiff_t>(faults_.dice().below(late_.size()));
  const Late message = std::move(late_[static_cast<std::size_t>(i)]);
  late_.erase(late_.begin() + i);
  journal_.note([&] {
    return "network: an old " + short_path(message.request.path) + " of " + message.client + " arrives";
  });
  if (const auto found = hosts_.find(message.request.host); found != hosts_.end())
    (void)arrive(*found->second, message.client, message.certificate, message.request);
}

}  // namespace eider::world
