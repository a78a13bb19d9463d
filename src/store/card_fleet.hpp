// Many cards in one store: each is a card's non-volatile memory of its own, found by its EID.
// docs/adr/0005-card-fleet.md tells why it is SQLite.
#pragma once
#include <filesystem>
#include <memory>
#include <span>

#include "card/nvm.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::store {

// For all threads of one process, which has the store alone; others may look.
class CardFleet {
 public:
  // Makes a new store, mode 0600; LocalFault when it exists.
  static Result<std::unique_ptr<CardFleet>> create(const std::filesystem::path& path);
  // LocalFault: not there, in use by another process, no card store, of another version, damaged.
  static Result<std::unique_ptr<CardFleet>> open(const std::filesystem::path& path);
  // For looking only, also while another process has it.
  static Result<std::unique_ptr<CardFleet>> open_read_only(const std::filesystem::path& path);
  ~CardFleet();

  // A card's place in the store: cards are numbered from 1 in the order in which they came, and no number
  // comes again.
  struct Entry {
    std::uint32_t number = 0;
    sgp22::Eid eid;
  };
  Result<std::uint64_t> size() const;
  // At most `limit`, with numbers above `after`, in ascending order.
  Result<std::vector<Entry>> list(std::uint32_t after, std::size_t limit) const;
  // LocalFault: there is no such card.
  Result<Entry> find(const sgp22::Eid& eid) const;
  Result<Entry> find(std::uint32_t number) const;

  // The card's memory, read whole; the card is nobody else's until the object goes. A commit is durable, and
  // shares its way to the disk with those of other cards. LocalFault: no such card, open already, damaged.
  Result<std::unique_ptr<card::Nvm>> open_card(const sgp22::Eid& eid);
  // As it is now; commit() is refused.
  Result<std::unique_ptr<card::Nvm>> view_card(const sgp22::Eid& eid) const;

  struct NewCard {
    sgp22::Eid eid;
    const card::Nvm* memory = nullptr;
  };
  // All of them or none, durable. LocalFault: an EID is there already.
  Status add(std::span<const NewCard> cards);
  // LocalFault: there is no such card, or it is open.
  Status remove(const sgp22::Eid& eid);
  // Gives the space of what was removed back; refused while a card is open. Takes time and, for a while, the
  // space of the store once more.
  Status compact();

  std::uint64_t commits() const;  // to the disk
  std::uint64_t writes() const;   // that they carried

 private:
  struct Impl;
  class Card;
  explicit CardFleet(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  static Result<std::unique_ptr<CardFleet>> start(const std::filesystem::path& path, bool create);
  std::shared_ptr<Impl> impl_;
};

}  // namespace eider::store
