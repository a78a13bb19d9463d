// Requests and their answers: whoever asked is told, once.
#include "world/m2m/laws.hpp"

namespace eider::world::m2m {
namespace {
// The MessageID of an envelope, without reading the rest of it.
std::string message_id_in(ByteView body) {
  const auto text = as_text(body);
  constexpr std::string_view kName = "MessageID>";
  const auto at = text.find(kName);
  if (at == std::string_view::npos) return {};
  std::string out(text.substr(at + kName.size(), text.find('<', at) - at - kName.size()));
  for (std::size_t i = 0; (i = out.find("&amp;", i)) != std::string::npos; ++i) out.replace(i, 5, "&");
  return out;
}
}  // namespace

void Laws::issued(const Issued& call) {
  call_of_message_[call.message_id] = call.call;
  auto& book = calls_[call.call];
  if (book.first.call.empty()) book.first = call;
}

void Laws::arrived(const std::string&, ByteView body) {
  const auto it = call_of_message_.find(message_id_in(body));
  if (it != call_of_message_.end()) ++calls_[it->second].arrivals;
}

void Laws::accepted(const std::string& message_id) {
  calls_[call_of_message_[message_id]].accepted = true;
}

// Answers that come later are of a call that was accepted: they all say the same. A refusal in place is none.
void Laws::answered(const std::string& message_id, const std::string& answer_id, const std::string& status,
                    bool in_place) {
  auto& book = calls_[call_of_message_[message_id]];
  const auto text = [&](const std::string& what) {
    return book.first.call + " (" + book.first.function + ") " + what;
  };
  require(book.arrivals > 0, "call.unasked", [&] { return text("is answered, and never arrived"); });
  if (in_place) {
    book.in_place = true;
    return;
  }
  if (!book.answers.insert(answer_id).second) return;  // the same message again
  require(book.answers.size() <= book.arrivals, "call.one-answer", [&] {
    return text("came " + std::to_string(book.arrivals) + " times and is answered " +
                std::to_string(book.answers.size()) + " times");
  });
  require(!book.status || *book.status == status, "call.one-answer",
          [&] { return text("is answered with " + *book.status + " and with " + status); });
  book.status = status;
}

void Laws::quiet_calls() {
  for (const auto& [id, book] : calls_)
    require(!book.accepted || book.status || book.in_place, "call.answered", [&] {
      return id + " (" + book.first.function + ") was accepted by " + book.first.host + " and never answered";
    });
}

}  // namespace eider::world::m2m
