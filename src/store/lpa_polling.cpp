#include "store/lpa_polling.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "store/small_file.hpp"

namespace eider::store {
namespace {
using lpa::polling::Book;
using lpa::polling::Situation;
constexpr std::string_view kPollingFirstLine = "eider-lpa-polling 1";
using Values = std::map<std::string, std::int64_t>;

std::int64_t number_of(Time t) {
  return t.time_since_epoch().count();
}

// False: it is no such file.
bool read_values(std::istream& in, Values& values) {
  std::string line;
  if (!std::getline(in, line) || line != kPollingFirstLine) return false;
  while (std::getline(in, line)) {
    std::istringstream parts(line);
    std::string name, rest;
    std::int64_t value = 0;
    if (!(parts >> name >> value) || parts >> rest || !values.emplace(name, value).second) return false;
  }
  return true;
}

std::optional<Book> book_of(const Values& values) {
  const auto value = [&](const char* name) {
    const auto it = values.find(name);
    return it == values.end() ? std::optional<std::int64_t>() : it->second;
  };
  const auto time = [&](const char* name) {
    const auto v = value(name);
    return v ? std::optional(Time(Duration(*v))) : std::nullopt;
  };
  const auto situation = value("situation"), failures = value("failures");
  const auto since = time("since");
  if (!situation || *situation < 0 || *situation >= static_cast<int>(lpa::polling::kSituations))
    return std::nullopt;
  if (!failures || *failures < 0 || *failures > 1'000'000'000 || !since) return std::nullopt;
  Book out;
  out.situation = static_cast<Situation>(*situation);
  out.since = *since;
  out.answered = time("answered");
  out.failures = static_cast<unsigned>(*failures);
  out.next = time("next");
  return out;
}
}  // namespace

Result<Book> read_polling_book(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) {
    if (errno == ENOENT) return Book();
    return fail_local("cannot read " + path.string() + ": " + std::strerror(errno));
  }
  Values values;
  auto book = read_values(in, values) ? book_of(values) : std::nullopt;
  if (!book)
    return fail_local(path.string() + " is damaged",
                      "Delete it: it only tells when servers are asked again.");
  return *std::move(book);
}

Status write_polling_book(const std::filesystem::path& path, const Book& book) {
  std::error_code error;
  if (const auto parent = path.parent_path(); !parent.empty())
    std::filesystem::create_directories(parent, error);
  std::ostringstream text;
  text << kPollingFirstLine << "\nsituation " << static_cast<int>(book.situation) << "\nsince "
       << number_of(book.since) << "\nfailures " << book.failures << '\n';
  if (book.answered) text << "answered " << number_of(*book.answered) << '\n';
  if (book.next) text << "next " << number_of(*book.next) << '\n';
  return replace_file(path, text.str(), "when the LPA asks again");
}

}  // namespace eider::store
