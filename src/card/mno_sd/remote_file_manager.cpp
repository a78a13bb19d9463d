#include "card/mno_sd/remote_applications.hpp"
#include "card/uicc/commands.hpp"

namespace eider::card {
namespace {
// Those of TS 102 226 table 7.1 that this card has.
bool is_remote_command(std::uint8_t ins) {
  constexpr std::uint8_t kAll[] = {0xB0, 0xD6, 0xB2, 0xDC, 0xA2, 0x32, 0x20, 0x24,
                                   0x26, 0x28, 0x2C, 0x04, 0x44, 0xCB, 0xDB};
  return std::ranges::find(kAll, ins) != std::end(kAll);
}
}  // namespace

RemoteFileManager::RemoteFileManager(uicc::Uicc& uicc, const saip::Rfm& m) : uicc_(uicc) {
  access_.uicc = uicc::AccessDomain(m.uiccAccessDomain);
  if (m.adfRFMAccess) {
    access_.adf = uicc.application(m.adfRFMAccess->adfAID);
    access_.application = uicc::AccessDomain(m.adfRFMAccess->adfAccessDomain);
    // The script begins in its ADF, which is 7FFF for it; without one at the MF.
    session_.adf = access_.adf;
    session_.directory = std::max(access_.adf, 0);
  }
  session_.remote = &access_;
  for (const auto& context : uicc_.pins().contexts())
    for (const auto& p : context.pins) verified_.push_back(p.verified);
}

RemoteFileManager::~RemoteFileManager() {
  std::size_t i = 0;
  for (auto& context : uicc_.pins().contexts())
    for (auto& p : context.pins) p.verified = verified_[i++] && p.verified;
}

Result<Answer> RemoteFileManager::run(const CommandView& c) {
  if ((c.cla & 0x7F) != 0) return Answer(0x6E00);
  if (c.ins == 0xA4) {
    if (c.cla != 0) return Answer(0x6E00);
    session_.transfer = {};
    return uicc::select_file(uicc_, session_, c);
  }
  const auto* command = is_remote_command(c.ins) ? uicc::find_command(c.ins) : nullptr;
  if (!command) return Answer(0x6D00);
  if (c.ins != 0xCB && c.ins != 0xDB) session_.transfer = {};
  return uicc::run_command(uicc_, session_, *command, c);
}

}  // namespace eider::card
