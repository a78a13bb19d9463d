// The certificate profiles of SGP.22 v2.6.1 section 4.5.2.1, a row per role.
#pragma once
#include <span>

#include "crypto/certificate_profile.hpp"

namespace eider::sgp22 {

using crypto::CertificateProfile;
using crypto::CertificateRole;

const CertificateProfile& certificate_profile(CertificateRole role);
// All rows, in the order of the enumeration.
std::span<const CertificateProfile> certificate_profiles();

}  // namespace eider::sgp22
