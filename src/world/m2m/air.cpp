#include "world/m2m/air.hpp"

namespace eider::world::m2m {
namespace {
tl::unexpected<Fault> no_link(const char* why) {
  return fail(TransportFault{true, why});
}
}  // namespace

Result<int> Air::open(const device::BipEndpoint& endpoint) {
  if (!coverage_()) return no_link("no coverage");
  const auto place = std::ranges::find_if(places_, [&](const Place& p) {
    return endpoint.tcp && equal(p.address, endpoint.address) && p.port == endpoint.port;
  });
  if (place == places_.end()) return no_link("nobody has this address");
  if (faults_.happens(FaultKind::kNoLink, 60)) return no_link("not reached");
  const auto session = place->host->open_session();
  if (!session) return no_link("connection refused");
  Link link{place->host, *session, {}, std::nullopt, false};
  if (faults_.happens(FaultKind::kLinkBroken, 150)) link.breaks_after = faults_.dice().below(9000);
  links_[++last_] = std::move(link);
  return last_;
}

void Air::passes(Link& link, std::size_t octets) {
  if (!coverage_()) link.gone = true;
  if (!link.breaks_after || link.gone) return;
  link.gone = octets >= *link.breaks_after;
  if (!link.gone) {
    *link.breaks_after -= octets;
    return;
  }
  journal_.note([] { return std::string("a link breaks"); });
  link.host->close_session(link.session);
}

Status Air::send(int number, ByteView data) {
  const auto it = links_.find(number);
  if (it == links_.end()) return no_link("no such link");
  auto& link = it->second;
  passes(link, data.size());
  if (link.gone) return no_link("the link is gone");
  if (!link.host->feed(link.session, data)) {
    // What was said last, an alert, still arrives.
    if (auto last = link.host->output(link.session)) append(link.arrived, *last);
    link.gone = true;
  }
  return {};
}

Result<std::optional<Bytes>> Air::receive(int number, std::size_t most) {
  const auto it = links_.find(number);
  if (it == links_.end()) return no_link("no such link");
  auto& link = it->second;
  if (!link.gone) {
    if (auto more = link.host->output(link.session))
      append(link.arrived, *more);
    else
      link.gone = true;
  }
  if (link.arrived.empty()) {
    if (link.gone) return no_link("the link is gone");
    return std::optional<Bytes>();
  }
  const auto n = std::min(most, link.arrived.size());
  Bytes part(link.arrived.begin(), link.arrived.begin() + static_cast<std::ptrdiff_t>(n));
  link.arrived.erase(link.arrived.begin(), link.arrived.begin() + static_cast<std::ptrdiff_t>(n));
  passes(link, n);
  if (link.gone && link.breaks_after) link.arrived.clear();
  return std::optional(std::move(part));
}

void Air::close(int number) {
  const auto it = links_.find(number);
  if (it == links_.end()) return;
  it->second.host->close_session(it->second.session);
  links_.erase(it);
}

}  // namespace eider::world::m2m
