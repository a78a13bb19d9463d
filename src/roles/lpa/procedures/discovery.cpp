#include "roles/lpa/procedures/discovery.hpp"

#include <algorithm>
#include <set>

#include "roles/lpa/es10a.hpp"
#include "roles/lpa/procedures/authentication.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::lpa {
using namespace sgp22;
namespace {

using Entries = std::vector<es9plus::EventEntry>;

bool is_smds(const crypto::Certificate& certificate) {
  return std::ranges::any_of(certificate.policies(), [](const der::Oid& policy) {
    const auto text = policy.dotted();
    return text == oid::kRoleDsAuth || text == oid::kV3RoleDsAuth;
  });
}

class Search {
 public:
  Search(Lpa& lpa, const DiscoveryLimits& limits) : lpa_(lpa), limits_(limits) {}

  // The entries of an SM-DS; nothing when the server is none. `event_id` empty: all of the card.
  Result<std::optional<Entries>> ask(const std::string& address, const std::string& event_id) {
    if (const auto answer = lpa_.ui.cancelled()) return fail(cancellation(*answer, "the discovery"));
    ++contacts_;
    auto options = es9plus_options(lpa_.settings);
    // Of all of the card an SM-DS is asked; an event may lead to an SM-DP+ or to the next SM-DS.
    options.role = event_id.empty() ? ServerRole::kSmds : ServerRole::kEither;
    EIDER_TRY(server, Es9PlusClient::create(lpa_.http, address, std::move(options)));
    EIDER_TRY(contact, contact_server(lpa_, server));
    if (const auto answer = lpa_.ui.cancelled()) return fail(cancellation(*answer, "the discovery"));
    EIDER_TRY(certificate, crypto::Certificate::parse(contact.answer.serverCertificate));
    if (!is_smds(certificate)) return std::optional<Entries>{};
    EIDER_TRY(response, authenticate_server(lpa_, server, contact, event_id));
    lpa_.ui.progress(Step::kAuthenticateClient, 0, 0);
    EIDER_TRY(answer, server.authenticate_client_es11(contact.answer.transactionId, std::move(response)));
    return std::optional(std::move(answer.eventEntries));
  }

  void follow(const Entries& entries, std::vector<std::string> via, Discovery& out) {
    for (const auto& entry : entries) {
      // The same event twice, or an SM-DS that leads back to itself.
      if (!seen_.insert({entry.rspServerAddress, entry.eventId}).second) continue;
      auto found = follow_one(entry, via);
      if (!found) {
        out.unreached.push_back({entry.rspServerAddress, entry.eventId, std::move(found).error()});
      } else if (!*found) {
        out.events.push_back({entry.rspServerAddress, entry.eventId, via});
      } else {
        auto further = via;
        further.push_back(entry.rspServerAddress);
        follow(**found, std::move(further), out);
      }
    }
  }

 private:
  Result<std::optional<Entries>> follow_one(const es9plus::EventEntry& entry,
                                            const std::vector<std::string>& via) {
    if (entry.eventId.empty()) return fail(DecodeFault{"EventEntry.eventId", 0, "empty"});
    if (contacts_ >= limits_.servers)
      return fail_local("more events than are followed at once",
                        "Look again when these have been processed.");
    auto found = ask(entry.rspServerAddress, entry.eventId);
    if (found && *found && via.size() >= limits_.depth)
      return fail_local("the SM-DS leads to one SM-DS after another");
    return found;
  }

  Lpa& lpa_;
  DiscoveryLimits limits_;
  std::size_t contacts_ = 0;
  std::set<std::pair<std::string, std::string>> seen_;
};

Result<std::string> root_of(Lpa& lpa) {
  EIDER_TRY(addresses, es10a::get_euicc_configured_addresses(lpa.card));
  if (addresses.rootDsAddress.empty())
    return fail_local("the card names no Root SM-DS", "Name the SM-DS that is to be asked.");
  return std::move(addresses.rootDsAddress);
}

}  // namespace

Result<Discovery> discover(Lpa& lpa, const std::string& smdsAddress, const DiscoveryLimits& limits) {
  auto first = smdsAddress;
  if (first.empty()) {
    EIDER_TRY(root, root_of(lpa));
    first = std::move(root);
  }
  Search search(lpa, limits);
  EIDER_TRY(entries, search.ask(first, {}));
  if (!entries)
    return fail_verification(VerificationFault::Check::kRole, first + " is an SM-DP+, not an SM-DS");
  Discovery out;
  search.follow(*entries, {first}, out);
  if (const auto answer = lpa.ui.cancelled()) return fail(cancellation(*answer, "the discovery"));
  return out;
}

DownloadRequest download_request(const DiscoveredEvent& event) {
  DownloadRequest request;
  request.smdpAddress = event.smdpAddress;
  request.matchingId = event.eventId;
  return request;
}

}  // namespace eider::lpa
