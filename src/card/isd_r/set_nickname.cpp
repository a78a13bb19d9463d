#include "card/isd_r/isd_r.hpp"

namespace eider::card {

Result<sgp22::SetNicknameResponse> set_nickname(IsdR& isd_r, const sgp22::SetNicknameRequest& request) {
  auto* profile = isd_r.state.find(request.iccid);
  if (!profile) return sgp22::SetNicknameResponse{sgp22::SetNicknameResult::kIccidNotFound};
  if (request.profileNickname.empty()) {
    profile->nickname.reset();
  } else {
    profile->nickname = request.profileNickname;
  }
  isd_r.state.save_profile(*profile);
  EIDER_CHECK(isd_r.state.commit());
  return sgp22::SetNicknameResponse{sgp22::SetNicknameResult::kOk};
}

}  // namespace eider::card
