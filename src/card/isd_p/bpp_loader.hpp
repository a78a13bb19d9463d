// Takes the segments of a Bound Profile Package in their order (SGP.22 v2.6.1 sections 2.5.4, 2.5.5).
#pragma once
#include "card/isd_p/installation.hpp"

namespace eider::card {

class BppLoader {
 public:
  BppLoader(PersistentState& state, DownloadPrepared session) : installation_(state, std::move(session)) {}

  enum class Progress : std::uint8_t {
    kMore,        // all is well, segments are missing
    kComplete,    // finish_installation() comes next
    kFailed,      // abandon_installation() with failure() comes next
    kOutOfOrder,  // 6A88: not the TLV that comes next; nothing has changed
    kMalformed,   // 6A80: the segment ends inside a TLV; nothing has changed
  };
  // A header (BF36, A0 to A3) alone, or TLVs, or a header with TLVs behind it.
  Progress segment(ByteView octets);
  Installation& installation() { return installation_; }
  const InstallFailure& failure() const { return *failure_; }

 private:
  enum class Expect : std::uint8_t {
    kBpp,
    kSecureChannel,
    kA0,
    k87,
    kA1,
    k88,
    kA2orA3,
    k87Again,
    kA3,
    k86,
    kNothing
  };
  struct Header {
    Tag tag;
    std::size_t length, size;
  };
  static std::optional<Header> read_header(ByteView octets);
  static bool well_formed(ByteView octets);
  Progress step(ByteView& rest);
  Progress open_list(const Header& header, ByteView& rest);
  Progress run(InstallStep outcome, Expect next);
  Progress element(ByteView tlv);

  Installation installation_;
  Expect expect_ = Expect::kBpp;
  std::size_t package_left_ = 0;  // octets of BF36 that are still to come
  std::size_t list_left_ = 0;     // of the current A0 to A3
  bool second_ = false;           // the next '88' is the second
  std::optional<InstallFailure> failure_;
};

}  // namespace eider::card
