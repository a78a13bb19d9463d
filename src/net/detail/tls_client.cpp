#include <algorithm>
#include <arpa/inet.h>

#include "channel/certificate_tls.hpp"
#include "net/detail/tls.hpp"
#include "net/detail/tls_common.hpp"

namespace eider::net::detail {
namespace {

using Check = VerificationFault::Check;

constexpr unsigned kTrustedCaKeysExtension = 3;
constexpr std::string_view kGsmaRoles = "2.23.146.1.2.1.";

// asio::ssl keeps the SSL's application data for itself, so the peer goes into a slot of its own.
int peer_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

Check check_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Check::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Check::kNotYetValid;
    case X509_V_ERR_CERT_REVOKED:
      return Check::kRevoked;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return Check::kSignature;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Check::kBinding;
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_INVALID_EXTENSION:
      return Check::kExtension;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return Check::kNameConstraint;
    default:
      return Check::kChain;
  }
}

std::vector<std::string> policy_oids(const X509* leaf) {
  std::vector<std::string> out;
  auto* policies =
      static_cast<CERTIFICATEPOLICIES*>(X509_get_ext_d2i(leaf, NID_certificate_policies, nullptr, nullptr));
  for (int i = 0; i < sk_POLICYINFO_num(policies); ++i) {
    char text[128];
    const int n = OBJ_obj2txt(text, sizeof text, sk_POLICYINFO_value(policies, i)->policyid, 1);
    if (n > 0 && n < static_cast<int>(sizeof text)) out.emplace_back(text);
  }
  CERTIFICATEPOLICIES_free(policies);
  return out;
}

// SGP.22 v2.6.1 section 4.5.2.2, the rows of CERT.DP.TLS and CERT.DS.TLS: what path validation leaves open.
std::optional<Fault> check_role(X509* leaf, const std::vector<std::string>& wanted, bool required) {
  const std::uint32_t flags = X509_get_extension_flags(leaf);
  if (!(flags & EXFLAG_KUSAGE) || !(X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE)) {
    return VerificationFault{Check::kExtension, "TLS server certificate: keyUsage lacks digitalSignature"};
  }
  if (!(flags & EXFLAG_XKUSAGE) || !(X509_get_extended_key_usage(leaf) & XKU_SSL_SERVER)) {
    return VerificationFault{Check::kExtension, "TLS server certificate: extKeyUsage lacks serverAuth"};
  }
  bool gsma = false;
  for (const auto& oid : policy_oids(leaf)) {
    if (std::ranges::find(wanted, oid) != wanted.end()) return std::nullopt;
    gsma = gsma || oid.starts_with(kGsmaRoles);
  }
  if (gsma) return VerificationFault{Check::kRole, "TLS server certificate: its GSMA role is another one"};
  if (required) return VerificationFault{Check::kRole, "TLS server certificate: it names no GSMA role"};
  return std::nullopt;
}

std::vector<std::string> registered_ids(const X509* leaf) {
  std::vector<std::string> out;
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_RID) continue;
    char text[256];
    const int n = OBJ_obj2txt(text, sizeof text, name->d.registeredID, 1);
    if (n > 0 && n < static_cast<int>(sizeof text)) out.emplace_back(text);
  }
  GENERAL_NAMES_free(names);
  return out;
}

// Many parties may have certificates of one CI, and of one host: the registeredID says which this is.
std::optional<Fault> check_party(const X509* leaf, const ClientTls::Peer& peer) {
  if (peer.id.empty()) return std::nullopt;
  const auto ids = registered_ids(leaf);
  if (std::ranges::find(ids, peer.id) != ids.end()) return std::nullopt;
  return VerificationFault{Check::kBinding, "TLS certificate of " + peer.host + " is that of " +
                                                (ids.empty() ? "no party" : ids.front()) + ", not of " +
                                                peer.id};
}

int verify_server(X509_STORE_CTX* store_context, void*) {
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store_context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* peer = static_cast<ClientTls::Peer*>(SSL_get_ex_data(ssl, peer_slot()));
  if (X509_verify_cert(store_context) != 1) {
    const int error = X509_STORE_CTX_get_error(store_context);
    peer->fault = VerificationFault{
        check_of(error), "TLS certificate of " + peer->host + ": " + X509_verify_cert_error_string(error)};
    return 0;
  }
  const auto* chain = X509_STORE_CTX_get0_chain(store_context);
  const bool required = peer->tls->needs_policy(sk_X509_value(chain, sk_X509_num(chain) - 1));
  auto* leaf = X509_STORE_CTX_get0_cert(store_context);
  peer->fault = check_role(leaf, peer->policies, required);
  if (!peer->fault) peer->fault = check_party(leaf, *peer);
  if (!peer->fault) return 1;
  X509_STORE_CTX_set_error(store_context, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

}  // namespace

int ClientTls::add_trusted_ca_keys(SSL*, unsigned, const unsigned char** out, std::size_t* size, int*,
                                   void* self) {
  const auto& body = static_cast<const ClientTls*>(self)->trusted_ca_keys_;
  *out = body.data();
  *size = body.size();
  return 1;
}

Result<std::shared_ptr<ClientTls>> ClientTls::create(const HttpClientConfig& config) {
  if (config.trust_anchors.empty() && !config.web_roots) {
    return fail_local("HTTPS client without trust anchors", "give the GSMA CI certificates");
  }
  auto tls = std::make_shared<ClientTls>();
  tls->clock_ = config.clock;
  if (config.policy_required) tls->role_anchors_ = config.trust_anchors;
  tls->context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!tls->context_) return fail_local("TLS: " + openssl_error());
  SSL_CTX* context = tls->context();
  EIDER_CHECK(set_common(context, config.web_roots));
  EIDER_CHECK(trust(context, config.trust_anchors));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_server, nullptr);
  if (config.identity) EIDER_CHECK(use_identity(context, *config.identity));
  if (config.web_roots) {
    if (SSL_CTX_set_default_verify_paths(context) != 1) return fail_local("web roots: " + openssl_error());
    return tls;  // no hint: it would name the CIs only
  }
  std::vector<Bytes> hashes;
  for (const auto& der : config.trust_anchors) {
    const auto anchor = parse_x509(der);
    hashes.push_back(key_hash(anchor.get()));
    SSL_CTX_add1_to_CA_list(context, anchor.get());
  }
  tls->trusted_ca_keys_ = channel::encode_trusted_ca_keys(hashes);
  const auto ignore = [](SSL*, unsigned, const unsigned char*, std::size_t, int*, void*) { return 1; };
  if (SSL_CTX_add_client_custom_ext(context, kTrustedCaKeysExtension, &ClientTls::add_trusted_ca_keys,
                                    nullptr, tls.get(), ignore, nullptr) != 1) {
    return fail_local("TLS: " + openssl_error());
  }
  return tls;
}

bool ClientTls::needs_policy(const X509* anchor) const {
  return !role_anchors_.empty() && std::ranges::find(role_anchors_, to_der(anchor)) != role_anchors_.end();
}

void ClientTls::attach(SSL* ssl, Peer& peer) const {
  peer.tls = this;
  SSL_set_ex_data(ssl, peer_slot(), &peer);
  set_verify_time(ssl, clock_);
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  unsigned char address[16];
  if (inet_pton(AF_INET, peer.host.c_str(), address) == 1 ||
      inet_pton(AF_INET6, peer.host.c_str(), address) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(param, peer.host.c_str());
    return;
  }
  X509_VERIFY_PARAM_set1_host(param, peer.host.data(), peer.host.size());
  X509_VERIFY_PARAM_set_hostflags(param,
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set_tlsext_host_name(ssl, peer.host.c_str());
}

}  // namespace eider::net::detail
