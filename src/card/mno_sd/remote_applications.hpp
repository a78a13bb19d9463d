// What a script from over the air is run against: one class a kind of application.
#pragma once
#include "card/gp/get_status.hpp"
#include "card/isd_p/isd_p.hpp"
#include "card/mno_sd/ota_registry.hpp"
#include "card/uicc/store_data.hpp"
#include "card/uicc/uicc.hpp"

namespace eider::card {

// Remote file management (ETSI TS 102 226 section 7): the commands on files and PINs, with the access domains
// of the manager. What its script verifies is forgotten with it: the terminal gains nothing.
class RemoteFileManager {
 public:
  RemoteFileManager(uicc::Uicc& uicc, const saip::Rfm& manager);
  ~RemoteFileManager();
  RemoteFileManager(const RemoteFileManager&) = delete;
  RemoteFileManager& operator=(const RemoteFileManager&) = delete;
  Result<Answer> run(const CommandView& c);

 private:
  uicc::Uicc& uicc_;
  uicc::RemoteAccess access_;
  uicc::Session session_;
  std::vector<bool> verified_;  // PINs, in the order of the contexts
};

// Remote application management of a security domain (section 8): it tells what the Profile holds, and hands
// personalisation data to the ISD-P (SGP.22 v2.6.1 section 5.4.1). There is no run-time environment to
// install into.
class RemoteSecurityDomain {
 public:
  RemoteSecurityDomain(PersistentState& state, IsdPRecord& profile, const OtaRegistry& registry,
                       std::size_t domain)
      : state_(state), profile_(profile), registry_(registry), domain_(domain) {}
  Result<Answer> run(const CommandView& c);

 private:
  Answer get_status(const CommandView& c);
  Answer get_data(const CommandView& c) const;
  Answer install(const CommandView& c);
  Result<Answer> store_data(const CommandView& c);
  Answer delete_content(const CommandView& c) const;
  bool is_own_isd_p(ByteView aid) const;

  PersistentState& state_;
  IsdPRecord& profile_;
  const OtaRegistry& registry_;
  std::size_t domain_;
  bool isd_p_addressed_ = false;  // by INSTALL [for personalization]
  StoreDataChain chain_;
  gp::Listing listing_;  // of GET STATUS: "next" works within one script
};

}  // namespace eider::card
