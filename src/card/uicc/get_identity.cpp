// GET IDENTITY: the SUCI that the USIM computes (3GPP TS 31.102 section 7.5).
#include "card/uicc/commands.hpp"
#include "profile/suci.hpp"

namespace eider::card::uicc {
namespace {

constexpr unsigned kSubscriptionPrivacy = 124, kSuciByUsim = 125, kSupiIsNai = 130;
constexpr std::uint16_t kDf5gs = 0x5FC0, kDfSaip = 0x5FD0;
constexpr Tag kSuci = 0xA1;

}  // namespace

Result<Answer> get_identity(Uicc& uicc, Session& s, const CommandView& c, int) {
  EIDER_TRY(naa, uicc.naa(s));
  if (naa == nullptr || !naa->is_usim()) return Answer(0x6985);
  if (!uicc.application_pin_satisfied(s)) return Answer(0x6982);
  const auto available = [&](unsigned service) { return uicc.service_available(s.adf, *naa, service); };
  if (!available(kSubscriptionPrivacy) || !available(kSuciByUsim)) return Answer(0x6985);
  if (c.p2 == 0x02) return Answer(0x6A81);  // SUCI for NSWO: not built

  auto& files = uicc.files();
  const auto body = [&](int directory, std::uint16_t fid) {
    const int f = directory < 0 ? -1 : files.child(directory, fid);
    return f < 0 || files.at(f).type != FileType::kTransparent ? ByteView{} : files.body(f);
  };
  const int df_5gs = files.child(s.adf, kDf5gs), df_saip = files.child(s.adf, kDfSaip);
  profile::SuciFiles in;
  in.imsi = body(s.adf, 0x6F07);
  in.ad = body(s.adf, 0x6FAD);
  if (available(kSupiIsNai)) in.supi_nai = body(df_5gs, 0x4F09);
  in.routing_indicator = body(df_5gs, 0x4F0A);
  in.calc_info = body(df_saip, 0x4F01);
  const auto suci = profile::compute_suci(in, uicc.random());
  if (!suci) return Answer(0x6A88);
  return Answer(make_tlv(kSuci, *suci));
}

}  // namespace eider::card::uicc
