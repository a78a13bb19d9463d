// GET STATUS (GPCS 2.3 section 11.4), whoever asks: CardOs decides who may, and what they see.
#pragma once
#include "card/answer.hpp"
#include "card/gp/content.hpp"
#include "codec/apdu.hpp"

namespace eider::card::gp {

// More entries follow: the same command with P2 b1 = 1 gets them.
inline constexpr std::uint16_t kMoreData = 0x6310;

// What P1 asks for (GPCS table 11-33).
struct Scope {
  std::uint8_t p1;
  Kind kind;
  bool modules;  // of the load files too
};
std::span<const Scope> scopes();

// A data object of an entry E3 (GPCS table 11-36).
struct Object {
  Tag tag;
  std::string_view name;
  std::uint8_t kinds;  // that have it, as a set
  // Appends it to the entry; nothing when this one does not have it.
  void (*write)(Bytes& out, const Content& content);
  bool module_scope = false;  // told where P1 asks for modules, or a tag list for it
};
std::span<const Object> objects();

// A list on its way to the terminal; each logical channel has one.
struct Listing {
  std::uint8_t p1 = 0;
  bool tlv = false;
  Bytes criteria;              // the command's data field
  std::vector<Bytes> entries;  // all of them; empty: nothing is being listed
  std::size_t given = 0;
};

Answer get_status(const std::vector<Content>& content, Listing& listing, const CommandView& c);

}  // namespace eider::card::gp
