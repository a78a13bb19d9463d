// Which cards a campaign is for: lines of EIDs or ICCIDs, with the ICCID of the target beside them or not, or
// what `eider smsr list --json` writes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "roles/campaign/records.hpp"

namespace eider::campaign {

struct ListedCard {
  std::optional<Eid> eid;
  std::optional<Iccid> iccid;   // in its place: of a Profile that is on the card
  std::optional<Iccid> target;  // second column
  std::uint32_t line = 0;       // entry, of JSON
};
struct ListProblem {
  std::uint32_t line = 0;
  std::string what;
};
struct CardList {
  std::vector<ListedCard> cards;
  std::vector<ListProblem> problems;
  std::uint64_t total = 0;  // of JSON: as many as there are; the list may be cut
};

// Text: "EID", "EID,ICCID", "ICCID" or "ICCID,ICCID" a line; also with ';' or a tab; a first line that names
// the columns, empty lines and what follows a '#' are passed over.
CardList read_card_list(std::string_view text);
// Puts EIDs in the place of ICCIDs, from an `eider smsr list --json`; and finds cards that are listed twice.
// `inventory` may be empty.
void resolve(CardList& list, const CardList& inventory);

}  // namespace eider::campaign
