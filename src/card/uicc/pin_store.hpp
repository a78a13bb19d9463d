// PINs, administrative keys and PUKs of one Profile (ETSI TS 102 221 sections 9.4, 9.5). Tries are counted
// down in the card's memory before a value is compared: whoever tears the power away has lost the try.
#pragma once
#include "base/secret.hpp"
#include "card/nvm.hpp"
#include "profile/installer.hpp"

namespace eider::card::uicc {

constexpr std::size_t kPinOctets = 8;
constexpr std::uint8_t kUniversalPin = 0x11;

std::string pin_key(std::uint16_t instance);

struct Tries {
  std::uint8_t maximum = 3, left = 3;
};
struct Puk {
  std::uint8_t reference = 0;
  Tries tries;
  Secret value;
};
struct Pin {
  enum Attribute : std::uint8_t { kEnabled = 1, kChangeable = 2, kMayBeDisabled = 4, kReplaced = 8 };
  std::uint8_t reference = 0;
  std::uint8_t puk = 0;  // reference; 0: none
  std::uint8_t attributes = 0;
  Tries tries;
  Secret value;
  bool verified = false;  // not durable

  bool has(Attribute a) const { return (attributes & a) != 0; }
  bool blocked() const { return tries.left == 0; }
};
struct PinContext {
  int directory = 0;
  int shared_with = -1;
  std::vector<Pin> pins;
};

class PinStore {
 public:
  static Bytes compile(const profile::ProfileFacts& facts);
  static Result<PinStore> open(Nvm& nvm, std::uint16_t instance);

  // The PIN that this reference means in a directory: that of the nearest directory which has one. `chain` is
  // the directory and its ancestors. The MF has the global PINs, every other directory local ones (TS 102
  // 221, 9.5.1).
  Pin* find(std::uint8_t reference, std::span<const int> chain);
  Puk* puk(std::uint8_t reference);
  // Is what the PIN protects open? A disabled PIN stands for a verified one, unless the universal PIN has
  // taken its place.
  bool satisfied(const Pin& pin) const;

  // Durable when it returns.
  Status save();
  // Takes one try away, durably, and compares. The caller restores the tries of a right value with its own
  // change.
  Result<bool> present(Tries& tries, const Secret& value, ByteView presented);

  std::vector<PinContext>& contexts() { return contexts_; }
  const std::vector<PinContext>& contexts() const { return contexts_; }

 private:
  Nvm* nvm_ = nullptr;
  std::uint16_t instance_ = 0;
  std::vector<Puk> puks_;
  std::vector<PinContext> contexts_;
};

}  // namespace eider::card::uicc
