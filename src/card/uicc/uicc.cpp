#include "card/uicc/uicc.hpp"

#include "card/isd_p/isd_p.hpp"

namespace eider::card::uicc {

void Uicc::close() {
  opened_ = false;
  files_.reset();
  pins_ = {};
  naa_keys_ = {};
  sessions_ = {};
}

Status Uicc::open() {
  if (opened_) return {};
  if (const auto* profile = state_.enabled_profile()) {
    if (!state_.has_uicc(profile->instance)) EIDER_CHECK(restore_uicc(state_, *profile));
    EIDER_TRY(files, FileSystem::open(nvm_, profile->instance));
    EIDER_TRY(pins, PinStore::open(nvm_, profile->instance));
    files_ = std::move(files);
    pins_ = std::move(pins);
    naa_keys_ = NaaKeys(nvm_, profile->instance);
  }
  opened_ = true;
  return {};
}

void Uicc::reset_session(int channel) {
  auto& s = session(channel);
  terminate(s);
  s = {};
}

std::vector<int> Uicc::applications() const {
  std::vector<int> out;
  for (int i = 0; files_ && i < files_->size(); ++i)
    if (files_->at(i).type == FileType::kAdf) out.push_back(i);
  return out;
}

int Uicc::application(ByteView aid) const {
  for (const int adf : applications())
    if (equal(files_->at(adf).aid, aid)) return adf;
  return -1;
}

void Uicc::activate(Session& s, int adf) {
  terminate(s);
  s = {};
  s.directory = adf;
  s.adf = adf;
}

void Uicc::terminate(Session& s) {
  const int adf = std::exchange(s.adf, -1);
  if (adf < 0 || std::ranges::any_of(sessions_, [&](const Session& o) { return o.adf == adf; })) return;
  for (auto& context : pins_.contexts()) {
    const auto above = chain(context.directory);
    if (std::ranges::find(above, adf) == above.end()) continue;
    for (auto& p : context.pins) p.verified = p.verified && p.reference < 0x80;
  }
}

// The directory, what it links to, and its ancestors.
std::vector<int> Uicc::chain(int directory) const {
  std::vector<int> out;
  for (int d = directory; d >= 0 && d < files_->size(); d = files_->at(d).parent) {
    out.push_back(d);
    if (files_->at(d).link >= 0) out.push_back(files_->at(d).link);
  }
  return out;
}

Pin* Uicc::pin(std::uint8_t reference, int directory) {
  return files_ ? pins_.find(reference, chain(directory)) : nullptr;
}

Result<Naa*> Uicc::naa(const Session& s) {
  if (!files_ || s.adf < 0) return nullptr;
  const auto above = chain(s.directory);
  if (std::ranges::find(above, s.adf) == above.end()) return nullptr;
  return naa_keys_.find(files_->at(s.adf).aid);
}

bool Uicc::application_pin_satisfied(const Session& s) {
  for (const auto reference : files_->at(s.adf).pin_status) {
    if (reference == 0 || reference > 0x08) continue;
    const auto* p = pin(reference, s.adf);
    return p && pins_.satisfied(*p);
  }
  return true;
}

bool Uicc::service_available(int adf, const Naa& naa, unsigned number) {
  constexpr std::uint16_t kUst = 0x6F38, kIst = 0x6F07;
  const int table = files_->child(adf, naa.is_isim() ? kIst : kUst);
  if (table < 0) return false;
  const auto body = files_->body(table);
  const std::size_t octet = (number - 1) / 8;
  return octet < body.size() && (body[octet] >> ((number - 1) % 8) & 1) != 0;
}

// TS 102 221 section 9.2.7: EF.ARR stands in the directory of the file, or else further up.
int Uicc::arr_of(const Session& s, int file) const {
  const auto& f = files_->at(file);
  // The directory that the terminal went through; for a file in a linked directory not its parent.
  const bool here = !f.is_directory() && files_->source(s.directory) == f.parent;
  for (int d = here ? s.directory : int{f.parent}; d >= 0; d = files_->at(d).parent)
    if (const int arr = files_->child(d, f.arr_fid); arr >= 0) return arr;
  return files_->child(f.is_directory() ? file : 0, f.arr_fid);
}

const AccessDomain& Uicc::domain_of(const Session& s, int file) const {
  const auto above = chain(files_->at(file).is_directory() ? file : s.directory);
  const bool of_adf = std::ranges::find(above, s.remote->adf) != above.end();
  return of_adf ? s.remote->application : s.remote->uicc;
}

bool Uicc::allowed(const Session& s, int file, Need need) {
  if (need.nothing()) return true;
  const auto* domain = s.remote ? &domain_of(s, file) : nullptr;
  if (domain && domain->closed()) return false;
  const int arr = arr_of(s, file);
  const auto& f = files_->at(file);
  if (arr < 0 || !files_->at(arr).has_records() || f.arr_record == 0 ||
      f.arr_record > files_->at(arr).records())
    return false;
  return access_allowed(files_->record(arr, f.arr_record), need, [&](std::uint8_t reference) {
    if (domain) return domain->fulfils(reference);
    const auto* p = pin(reference, f.is_directory() ? file : s.directory);
    return p && pins_.satisfied(*p);
  });
}

}  // namespace eider::card::uicc
