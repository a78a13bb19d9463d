// What can be said only when all elements are there: the profile's identity, and the checks of SGP.22.
#include "profile/identity.hpp"
#include "profile/installer_rules.hpp"

namespace eider::profile {
namespace {

const ImageFile* file_of(const FileSystemImage& image, int directory, std::uint16_t fid) {
  if (directory < 0) return nullptr;
  const int i = image.child(directory, fid);
  return i < 0 ? nullptr : &image.files()[static_cast<std::size_t>(i)];
}

// TS 34.108 and SGP.22 v2.6.1 section 2.4.5: keys that cannot be those of a subscription.
bool is_test_key(const saip::AkaParameter& p) {
  const auto* a = p.algoConfiguration.algo();
  if (!a) return false;
  if (a->algorithmID == saip::AlgorithmId::kUsimTestAlgorithm) return true;
  const auto key = a->key.view();
  bool low_bits = key.size() >= 4, counting = key.size() == 16;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i + 4 < key.size() && key[i] != 0) low_bits = false;
    if (key[i] != i) counting = false;
  }
  return low_bits || counting;
}

std::string owner_plmn(const FixedBytes<3>& m) {
  std::string out;
  const int nibbles[] = {m[0] & 0x0F, m[0] >> 4, m[1] & 0x0F, m[2] & 0x0F, m[2] >> 4, m[1] >> 4};
  for (const int n : nibbles)
    if (n <= 9) out.push_back(static_cast<char>('0' + n));
  return out;
}

// GID1 is service 17, GID2 is 18 of EF.UST (TS 31.102 section 4.2.8).
std::string group_mismatch(const ProfileFacts& f, int service, const std::optional<Bytes>& wanted,
                           const std::optional<Bytes>& found) {
  const auto name = "GID" + std::to_string(service - 16);
  if (!wanted) return f.ust_service(service) ? name + " is available in EF.UST and not in the metadata" : "";
  if (!found) return "no EF." + name;
  if (!f.ust_service(service)) return name + " is not available in EF.UST";
  return *found == *wanted ? "" : "EF." + name + " differs from the metadata";
}

}  // namespace

void collect_facts(InstallState& s) {
  auto& f = s.facts;
  const auto& image = s.image;
  const auto content = [&](const ImageFile* file) { return file ? image.body(*file) : Bytes{}; };
  if (image.has_mf()) f.ef_iccid = content(file_of(image, 0, 0x2FE2));
  f.imsi = decode_imsi(content(file_of(image, s.first_usim, 0x6F07)));
  if (const auto ad = content(file_of(image, s.first_usim, 0x6FAD)); ad.size() >= 4)
    f.mnc_length = ad[3] & 0x0F;
  if (const auto* g = file_of(image, s.first_usim, 0x6F3E)) f.gid1 = image.body(*g);
  if (const auto* g = file_of(image, s.first_usim, 0x6F3F)) f.gid2 = image.body(*g);
  f.ust = content(file_of(image, s.first_usim, 0x6F38));
  for (const auto n : s.cleared_ust_services)
    if (const std::size_t i = n - 1u; i / 8 < f.ust.size())
      f.ust[i / 8] &= static_cast<std::uint8_t>(~(1u << i % 8));
  if (!s.cleared_ust_services.empty() && s.first_usim >= 0)
    if (const int ust = image.child(s.first_usim, 0x6F38); ust >= 0) s.image.set_body(ust, f.ust);
  f.memory_bytes = image.memory() + s.other_memory;
}

InstallError final_checks(const InstallState& s, std::string& why) {
  const auto& f = s.facts;
  if (!equal(f.ef_iccid, s.metadata.iccid)) {
    why = "EF.ICCID " + to_hex(f.ef_iccid) + " is not the ICCID of the metadata, " + to_hex(s.metadata.iccid);
    return InstallError::kDataMismatch;
  }
  if (s.metadata.profile_owner) {
    const auto& owner = *s.metadata.profile_owner;
    const auto plmn = owner_plmn(owner.mcc_mnc);
    if (f.imsi.size() < plmn.size() || !f.imsi.starts_with(plmn))
      why = "EF.IMSI does not belong to the profile owner " + plmn;
    if (why.empty()) why = group_mismatch(f, 17, owner.gid1, f.gid1);
    if (why.empty()) why = group_mismatch(f, 18, owner.gid2, f.gid2);
    if (!why.empty()) return InstallError::kDataMismatch;
  }
  if (s.metadata.test_profile)
    for (const auto& naa : f.naas)
      if (!is_test_key(naa.parameters)) {
        why = "a Test profile with the key of a subscription";
        return InstallError::kTestProfileInstallFailedDueToInvalidNaaKey;
      }
  return InstallError::kNone;
}

}  // namespace eider::profile
