// Octets that a terminal sends, and texts of a card and a server: keys, state and picture.
#include <cstdlib>
#include <string>

#include "tui/lpa_view.hpp"
#include "tui/text.hpp"

using namespace eider::tui;

namespace {
void must(bool right) {
  if (!right) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const Size screen{data[0] % 60, data[1] % 150};
  std::string input(reinterpret_cast<const char*>(data + 2), size - 2);
  const auto cut_at = input.find('\n');
  const auto text = input.substr(0, cut_at),
             keys = cut_at == std::string::npos ? text : input.substr(cut_at + 1);
  LpaState state;
  Reading reading;
  for (int i = 0; i < 3; ++i)
    reading.profiles.push_back({std::to_string(i),
                                text,
                                "",
                                i ? "disabled" : "enabled",
                                text,
                                text,
                                text,
                                i == 1 ? text : "",
                                text,
                                {text}});
  reading.card = {text, text, text, {{text, text}}};
  reading.notifications = {{1, text, text, text, text}};
  read(state, reading);
  discovered(state, {{text, text, text, ""}, {text, text, text, text}});
  const auto shown = [&] {
    const auto canvas = draw(state, screen);
    for (const auto& line : canvas.lines()) must(columns_of(line) <= canvas.size().columns);
    (void)to_ansi(canvas, nullptr, {});
  };
  shown();
  KeyReader reader;
  int n = 0;
  for (const auto& key : reader.feed(keys)) {
    const auto intent = press(state, key);
    if (++n % 7 == 0) ask(state, {text, {{text, text}}, {text}, true});
    if (n % 11 == 0) ask_code(state, text, n);
    if (intent && intent->kind == Intent::Kind::kDownload) begin(state, text, true);
    if (n % 13 == 0) progress(state, text, text, 0.5, 50);
    if (n % 17 == 0) fail(state, {text, text, text});
    if (n % 8 == 0 && n < 200) shown();
  }
  (void)reader.time_over();
  for (const int columns : {1, 7, 40})
    for (const auto& line : wrap(text, columns)) must(columns == 1 || columns_of(line) <= columns);
  must(columns_of(cut(text, 9)) <= 9 && columns_of(padded(text, 9)) == 9);
  shown();
  return 0;
}
