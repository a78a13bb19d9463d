#include <algorithm>

#include "spec/sgp22/es2plus.hpp"
#include "spec/sgp22/es9plus.hpp"
#include "world/laws.hpp"

namespace eider::world {
namespace es9 = sgp22::es9plus;

// Law 6: never twice.
void Laws::must_be_fresh(std::set<Bytes>& seen, ByteView value, std::string_view law) {
  require(seen.insert(to_bytes(value)).second, law, [&] { return to_hex(value) + " was used before"; });
}

void Laws::look_for_secrets(ByteView octets, std::string_view where) {
  for (const auto& secret : secrets_)
    require(std::ranges::search(octets, secret).empty(), "secret.seen",
            [&] { return "a secret stands in clear in " + std::string(where); });
}

// What an LPA asks for, before the network does anything to it.
void Laws::lpa_sent(const std::string& path, ByteView body) {
  look_for_secrets(body, path);
  if (path != es9::kInitiateAuthentication.path) return;
  if (const auto request = json::decode<es9::InitiateAuthenticationRequest>(as_text(body)))
    must_be_fresh(challenges_, request->euiccChallenge, "fresh.euicc-challenge");
}

void Laws::server_answered(std::size_t, const std::string& path, ByteView body) {
  const auto text = as_text(body);
  if (path == es9::kInitiateAuthentication.path) {
    const auto answer = json::decode<es9::InitiateAuthenticationResponse>(text);
    if (!answer) return;
    must_be_fresh(transactions_on_wire_, answer->transactionId, "fresh.transaction");
    if (const auto signed1 = der::decode<sgp22::ServerSigned1>(answer->serverSigned1))
      must_be_fresh(server_challenges_, signed1->serverChallenge, "fresh.server-challenge");
  } else if (path == es9::kGetBoundProfilePackage.path) {
    const auto answer = json::decode<es9::GetBoundProfilePackageResponse>(text);
    if (!answer || answer->boundProfilePackage.empty()) return;
    look_for_secrets(answer->boundProfilePackage, "a Bound Profile Package");
    const auto bpp = der::decode<sgp22::BoundProfilePackage>(answer->boundProfilePackage);
    if (!require(bpp.has_value(), "package.readable", [&] { return std::string("a BPP cannot be read"); }))
      return;
    // One key, one package: a retry gives out the same octets behind a new InitialiseSecureChannel.
    const auto outer = read_single_tlv(answer->boundProfilePackage);
    const auto first = outer ? read_tlv(outer->value) : outer;
    if (!first) return;
    auto& use = smdp_keys_[to_bytes(bpp->initialiseSecureChannelRequest.smdpOtpk)];
    const auto rest = to_bytes(outer->value.subspan(first->whole.size()));
    require(use.owner.empty() || use.owner == rest, "fresh.smdp-one-time-key",
            [&] { return std::string("otPK.DP protects two different packages"); });
    use.owner = rest;
  }
}

void Laws::lpa_was_acknowledged(std::size_t card, ByteView body) {
  const auto request = json::decode<es9::HandleNotificationRequest>(as_text(body));
  if (!request) return;
  const auto pending = der::decode<sgp22::PendingNotification>(request->pendingNotification);
  if (!pending) return;
  const auto* pir = std::get_if<sgp22::ProfileInstallationResult>(&pending->value);
  const auto number =
      pir ? pir->profileInstallationResultData.value.notificationMetadata.seqNumber
          : std::get<sgp22::OtherSignedNotification>(pending->value).tbsOtherNotification.value.seqNumber;
  cards_[card].acknowledged.insert(number);
}

void Laws::es10_command(std::size_t card, ByteView object) {
  auto& book = cards_[card];
  book.removing.reset();
  const auto tlv = read_tlv(object, false);
  if (!tlv) return;
  if (tlv->tag == 0xBF30) {
    if (const auto request = der::decode<sgp22::NotificationSentRequest>(object))
      book.removing = request->seqNumber;
  }
}

void Laws::es10_answer(std::size_t card, ByteView object, ByteView answer) {
  auto& book = cards_[card];
  book.removing.reset();
  const auto tlv = read_tlv(object, false);
  if (!tlv) return;
  if (tlv->tag == 0xBF21) {
    const auto response = der::decode<sgp22::PrepareDownloadResponse>(answer);
    const auto* ok = response ? std::get_if<sgp22::PrepareDownloadResponseOk>(&response->value) : nullptr;
    if (!ok) return;
    const auto& key = ok->euiccSigned2.value.euiccOtpk;
    auto& use = euicc_keys_[to_bytes(key)];
    require(use.owner.empty() || equal(use.owner, book.eid.view()), "fresh.one-time-key",
            [&] { return std::string("two cards use the same one-time key"); });
    require(!use.consumed, "fresh.one-time-key",
            [&] { return "card " + std::to_string(card) + " offers a one-time key that is used up"; });
    use.owner = to_bytes(book.eid.view());
    book.prepared = key;
  } else if (tlv->tag == 0xBF41) {
    const auto response = der::decode<sgp22::CancelSessionResponse>(answer);
    const auto* ok = response ? std::get_if<sgp22::CancelSessionResponseOk>(&response->value) : nullptr;
    if (ok) cancel_reasons_.insert(static_cast<int>(ok->euiccCancelSessionSigned.value.reason));
  }
}

void Laws::operator_received(const std::string& host, const std::string& path, ByteView body) {
  const auto message = json::decode<sgp22::es2plus::HandleDownloadProgressInfoRequest>(as_text(body));
  if (!require(message.has_value(), "operator.readable",
               [&] { return "ES2+ message to " + path + " cannot be read"; }))
    return;
  const auto [known, first] =
      received_[host].emplace(message->header.functionCallIdentifier, std::string(as_text(body)));
  require(first || known->second == as_text(body), "operator.same",
          [&] { return "functionCallIdentifier " + known->first + " came with two contents"; });
}

}  // namespace eider::world
