// Object identifiers of SGP.22 v2.6.1 (Annex H, section 4.5.2, 4.6).
#pragma once
#include <string_view>

namespace eider::sgp22::oid {

// id-rspRole, 2.23.146.1.2.1.n: certificate policies.
constexpr std::string_view kRoleCi = "2.23.146.1.2.1.0";
constexpr std::string_view kRoleEuicc = "2.23.146.1.2.1.1";
constexpr std::string_view kRoleEum = "2.23.146.1.2.1.2";
constexpr std::string_view kRoleDpTls = "2.23.146.1.2.1.3";
constexpr std::string_view kRoleDpAuth = "2.23.146.1.2.1.4";
constexpr std::string_view kRoleDpPb = "2.23.146.1.2.1.5";
constexpr std::string_view kRoleDsTls = "2.23.146.1.2.1.6";
constexpr std::string_view kRoleDsAuth = "2.23.146.1.2.1.7";
// The hierarchical ones of v3; servers and cards of v3 may carry them in variant O, the flat chain of v2.
constexpr std::string_view kV3RoleEum = "2.23.146.1.2.1.0.0.0";
constexpr std::string_view kV3RoleEuicc = "2.23.146.1.2.1.0.0.0.0.0";
constexpr std::string_view kV3RoleDpTls = "2.23.146.1.2.1.0.0.1.0";
constexpr std::string_view kV3RoleDpAuth = "2.23.146.1.2.1.0.0.1.1";
constexpr std::string_view kV3RoleDpPb = "2.23.146.1.2.1.0.0.1.2";
constexpr std::string_view kV3RoleDsTls = "2.23.146.1.2.1.0.0.2.0";
constexpr std::string_view kV3RoleDsAuth = "2.23.146.1.2.1.0.0.2.1";
// Of the TLS certificate of an SM-DP+, of an SM-DS.
constexpr std::string_view kTlsOfSmdpPlus[] = {kRoleDpTls, kV3RoleDpTls};
constexpr std::string_view kTlsOfSmds[] = {kRoleDsTls, kV3RoleDsTls};
// CRL extensions, section 4.6.
constexpr std::string_view kCrlExpDate = "2.23.146.1.2.0.1";
constexpr std::string_view kCrlTotalPartialCrlNumber = "2.23.146.1.2.0.2";
constexpr std::string_view kCrlPartialCrlNumber = "2.23.146.1.2.0.3";
// serviceSpecificDataStoredInEuicc: activation code retrieval.
constexpr std::string_view kActivationCodeRetrievalInfo = "2.23.146.1.3.1.1";

}  // namespace eider::sgp22::oid
