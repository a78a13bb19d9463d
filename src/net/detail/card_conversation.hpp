// The server's side of the frames of net/card_frames.hpp, for one connection. For the .cpp files of this
// folder only.
#pragma once
#include "net/card_frames.hpp"

namespace eider::net::detail {

Bytes card_fault_frame(std::string_view text);

class CardConversation {
 public:
  // About this card, or about the one of the rack that the client chooses. Both must outlive it.
  explicit CardConversation(CardPort& card) : card_(&card) {}
  explicit CardConversation(CardRack& rack) : rack_(&rack) {}
  // What goes back to the client.
  Bytes answer(const CardFrame& frame);

 private:
  Bytes choose(ByteView payload);
  CardRack* rack_ = nullptr;
  std::unique_ptr<CardPort> taken_;
  CardPort* card_ = nullptr;
  bool was_reset_ = false;
};

}  // namespace eider::net::detail
