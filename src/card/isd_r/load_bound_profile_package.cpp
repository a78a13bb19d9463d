#include "card/isd_p/bpp_loader.hpp"
#include "card/isd_r/isd_r.hpp"

namespace eider::card {

bool is_bpp_segment(Tag tag) {
  return tag == 0xBF36 || (tag >= 0xA0 && tag <= 0xA3) || (tag >= 0x86 && tag <= 0x88);
}

Result<Bytes> load_bound_profile_package(IsdR& isd_r, ByteView segment) {
  const bool first = segment[0] == 0xBF;
  if (const auto* prepared = std::get_if<DownloadPrepared>(&isd_r.session); prepared && first) {
    const DownloadPrepared base = *prepared;
    isd_r.session = LoadingBpp{base, std::make_shared<BppLoader>(isd_r.state, base), isd_r.channel};
  }
  auto* loading = std::get_if<LoadingBpp>(&isd_r.session);
  // Section 5.7.6: without a prepared session there is nothing to load; loose segments are unknown commands.
  if (!loading) return fail_sw(first ? 0x6985 : 0x6A88);
  if (loading->channel != isd_r.channel) return fail_sw(0x6985);

  const auto loader = loading->loader;
  switch (loader->segment(segment)) {
    case BppLoader::Progress::kMore:
      EIDER_CHECK(note_progress(loader->installation()));
      return Bytes{};
    case BppLoader::Progress::kOutOfOrder:
      return fail_sw(0x6A88);
    case BppLoader::Progress::kMalformed:
      return fail_sw(0x6A80);
    case BppLoader::Progress::kFailed:
      isd_r.session = NoSession{};
      return abandon_installation(loader->installation(), isd_r.ecasd, loader->failure());
    case BppLoader::Progress::kComplete:
      break;
  }
  isd_r.session = NoSession{};
  return finish_installation(loader->installation(), isd_r.ecasd);
}

}  // namespace eider::card
