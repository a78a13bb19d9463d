#include "secret_argument.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "command.hpp"

namespace eider::app {
namespace {
constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kLongest = 4096;

Secret trimmed(std::string text) {
  const auto first = text.find_first_not_of(kBlank);
  const auto last = text.find_last_not_of(kBlank);
  Secret out(first == std::string::npos ? ByteView{} : as_bytes(text).subspan(first, last - first + 1));
  zeroise({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return out;
}

std::string file_content(const std::string& option, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kLongest + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && !in.eof())) throw CommandError{1, option + ": cannot read " + path};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kLongest) throw CommandError{1, option + ": " + path + " is too long for a secret"};
  return text;
}
}  // namespace

Secret read_secret_argument(const std::string& option, const std::string& value) {
  constexpr std::string_view kEnvironment = "env:";
  if (value.starts_with('@')) return trimmed(file_content(option, value.substr(1)));
  if (value == "-") {
    std::string line;
    if (!std::getline(std::cin, line)) throw CommandError{1, option + ": standard input has no line for it"};
    return trimmed(std::move(line));
  }
  if (value.starts_with(kEnvironment)) {
    const auto name = value.substr(kEnvironment.size());
    const char* found = std::getenv(name.c_str());
    if (!found) throw CommandError{1, option + ": the environment has no " + name};
    return trimmed(found);
  }
  std::fprintf(
      stderr,
      "Warning: %s is visible to other users in the list of processes; give it as @FILE, - or env:NAME\n",
      option.c_str());
  return trimmed(value);
}

}  // namespace eider::app
