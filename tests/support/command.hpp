// The program as a person at a shell runs it.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace eider::test {

struct Outcome {
  int code = -1;     // -1: ended by a signal, or never began
  std::string text;  // standard output and standard error, as they came
  bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
};
inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
// A line for sh.
Outcome shell(const std::string& line);

// A directory of its own for the files of a test; it goes with this object.
class Workplace {
 public:
  Workplace();
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  // `eider ARGUMENTS`, run in the directory with this standard input.
  Outcome eider(const std::string& arguments, const std::string& input = {}) const;
  // Any line for sh, run in the directory; "$EIDER" is the program.
  Outcome sh(const std::string& line) const;
  void write(std::string_view name, std::string_view content) const;
  std::string read(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace eider::test
