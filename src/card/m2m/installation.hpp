// A Profile on its way into an ISD-P of the M2M architecture (SGP.02 v4.2 section 4.1.3.2): nothing of it is
// durable before its last element.
#pragma once
#include "card/persistent_state.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"

namespace eider::card::m2m {

// ProfileHeader.pol; absent: no rule.
inline std::uint8_t pol1_of(const saip::ProfileHeader& header) {
  return header.pol && !header.pol->empty() ? header.pol->back() : std::uint8_t{0};
}

class Installation {
 public:
  Installation(PersistentState& state, std::uint16_t instance) : state_(state), instance_(instance) {}

  // A part of the package, wherever it was cut. Nothing while all is well and more must come; else the
  // EUICCResponse: the Profile is installed and DISABLED, or nothing has changed. Commits when it is
  // installed.
  Result<std::optional<Bytes>> feed(ByteView part);
  bool over() const { return over_; }

 private:
  Status take_header(ByteView element);
  Result<Bytes> complete();
  Bytes failed();

  PersistentState& state_;
  std::uint16_t instance_;
  profile::PackageReader reader_;
  std::optional<profile::PackageInstaller> installer_;
  sgp22::StoreMetadataRequest metadata_;
  Bytes package_;
  bool over_ = false;
};

}  // namespace eider::card::m2m
