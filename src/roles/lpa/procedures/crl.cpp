#include "roles/lpa/procedures/crl.hpp"

#include <algorithm>

#include "crypto/crl.hpp"
#include "roles/lpa/es10b.hpp"

namespace eider::lpa {
namespace {

bool trusted(const sgp22::EUICCInfo2& info, ByteView issuer) {
  return std::ranges::any_of(info.euiccCiPKIdListForVerification,
                             [&](const auto& id) { return equal(id, issuer); });
}

CrlLoad& entry_of(std::vector<CrlLoad>& loads, const crypto::Crl& crl) {
  const auto same = [&](const CrlLoad& l) {
    return equal(l.issuer, crl.authority_key_identifier()) && l.number == crl.number();
  };
  const auto found = std::ranges::find_if(loads, same);
  if (found != loads.end()) return *found;
  auto& made = loads.emplace_back();
  made.issuer = to_bytes(crl.authority_key_identifier());
  made.number = crl.number();
  made.parts = crl.segments();
  return made;
}
}  // namespace

Result<std::vector<CrlLoad>> load_crls(Lpa& lpa, ByteView lists) {
  EIDER_TRY(crls, crypto::parse_crl_download(lists));
  EIDER_TRY(info2, es10b::get_euicc_info2(lpa.card));
  if (!info2.value.rspCapability.test(sgp22::kCrlSupport))
    return fail_local("the card takes no CRLs: its RSP capability crlSupport is not set (section 5.7.12)",
                      "There is nothing to load; servers check revocation themselves.");
  std::vector<CrlLoad> out;
  for (const auto& crl : crls) {
    if (!trusted(info2.value, crl.authority_key_identifier())) continue;
    EIDER_TRY(missing, es10b::load_crl(lpa.card, crl.der()));
    auto& entry = entry_of(out, crl);
    entry.revoked += crl.entries().size();
    ++entry.loaded;
    entry.missing = std::move(missing);
  }
  if (out.empty())
    return fail_local("no CRL in it is of a CI that the card trusts",
                      "EUICCInfo2 has the key identifiers of the card's CIs.");
  return out;
}

std::string segmented_crl_uri(std::string_view uri) {
  std::string out(uri);
  out += out.find('?') == std::string::npos ? '?' : '&';
  return out + "segmentedForm=true";
}

}  // namespace eider::lpa
